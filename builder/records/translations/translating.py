"""Puts translations into the records: the same summaries in another language, as far as they are translated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeVar, cast

from builder.records.loading import Origin, Summaries
from builder.records.models.party import Party
from builder.records.models.record import Record
from builder.records.models.shapes import Shape
from builder.records.safe_text import Line, Text
from builder.records.translations.files import OF_SETTINGS
from builder.records.translations.matching import Matches, match, texts_of
from builder.records.translations.model import FOLDER, TranslatedText
from builder.records.translations.translated_text import Translated, translated
from builder.records.traversal import Path

S = TypeVar("S", bound=Shape)


@dataclass(frozen=True, kw_only=True, slots=True)
class TranslatedRecord:
    """What the files of translations say about one record, or about the explainer itself with the id None."""

    id: str | None
    matches: Matches
    written: tuple[tuple[Origin, int, TranslatedText], ...]
    """Where each translation was written, and its place in that file. `matches` has places in this tuple."""

    machine: bool = False
    """Whether a machine translated some of it, and nobody has read it."""

    @property
    def stale(self) -> int:
        """How many of its texts were translated from another wording."""
        return sum(each.stale for each in self.matches.texts)


@dataclass(frozen=True, kw_only=True, slots=True)
class InLanguage:
    """Summaries in another language."""

    language: str
    summaries: Summaries
    """The summaries. Their texts are `Translated` as far as there is a translation."""

    records: Mapping[str | None, TranslatedRecord]
    """What is translated, by the id of the record; the explainer's own texts under None."""

    pages: frozenset[str]
    """The ids of records with a file of their own, which have a page in this language."""


def in_language(summaries: Summaries, language: str) -> InLanguage:
    """The summaries with every text in a language for which there is a translation.

    The translation of what was not published or not known yet is left out.
    """
    written: dict[str | None, list[tuple[Origin, int, TranslatedText]]] = defaultdict(list)
    machine: set[str | None] = set()
    pages: set[str] = set()
    for name, translation in summaries.translations.get(language, {}).items():
        origin = summaries.origins[f"{FOLDER}/{language}/{name}"]
        own = None if name == OF_SETTINGS else name.partition("/")[2]
        if own is not None and own:
            pages.add(own)
        for place, text in enumerate(translation.texts):
            if own == "" and text.record is None:
                continue  # a mistake that the checks report
            id = own if own != "" else text.record
            written[id].append((origin, place, text))
            if translation.machine and text.translation:
                machine.add(id)
    records = dict(summaries.records)
    found: dict[str | None, TranslatedRecord] = {}
    settings = summaries.settings.model_copy(update={"language": Line(language), "words": {}})
    for id, entries in written.items():
        shape: Shape | None = summaries.settings if id is None else summaries.records.get(id)
        if shape is None:
            continue
        placed = [(place, each[2]) for place, each in enumerate(entries) if each[2].translation is not None]
        matches = match(texts_of(shape), placed)
        found[id] = TranslatedRecord(id=id, matches=matches, written=tuple(entries), machine=id in machine)
        new = {
            each.of.path: translated(entries[each.place][2].translation or "", each.of.text, stale=each.stale)
            for each in matches.texts
            if each.place is not None
        }
        if id is None:
            settings = with_texts(settings, new)
        else:
            records[id] = cast(Record, with_texts(shape, new))
    named = {id: _natively_named(each, language) for id, each in records.items() if isinstance(each, Party)}
    return InLanguage(
        language=language,
        summaries=replace(summaries, settings=settings, records={**records, **named}),
        records=found,
        pages=frozenset(pages & records.keys()),
    )


def _natively_named(party: Party, language: str) -> Party:
    """The party with its name as it is written in the language, if that is known and nobody has translated it."""
    native = party.native.get(language) or party.native.get(language.partition("-")[0])
    if native is None or isinstance(party.label, Translated):
        return party
    return party.model_copy(update={"name": translated(native, party.label), "short": None})


def with_texts(shape: S, texts: Mapping[Path, Text]) -> S:
    """A copy of a shape with other texts at these paths."""
    return cast(S, _with(shape, texts)) if texts else shape


def _with(value: object, texts: Mapping[Path, Text]) -> object:
    if () in texts:
        return texts[()]
    below: dict[str | int, dict[Path, Text]] = defaultdict(dict)
    for path, text in texts.items():
        below[path[0]][path[1:]] = text
    if isinstance(value, Shape):
        names = _names(type(value))
        changed = {names[str(step)]: inner for step, inner in below.items()}
        return value.model_copy(update={name: _with(getattr(value, name), inner) for name, inner in changed.items()})
    if isinstance(value, dict):
        return {key: _with(each, below[key]) if key in below else each for key, each in value.items()}
    items: Iterable[object] = cast(Sequence[object], value)
    return tuple(_with(each, below[place]) if place in below else each for place, each in enumerate(items))


@cache
def _names(model: type[Shape]) -> dict[str, str]:
    """The names of fields in Python, by their names in YAML."""
    return {field.alias or name: name for name, field in model.model_fields.items()}
