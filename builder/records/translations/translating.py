"""Puts translations into the records: the same summaries in another language, as far as they are translated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Protocol, TypeVar, cast

from builder.records.loading import Origin, Summaries
from builder.records.models.party import Party
from builder.records.models.record import Record
from builder.records.models.settings import Settings
from builder.records.models.shapes import Shape
from builder.records.safe_text import Line, Text
from builder.records.translations.files import OF_SETTINGS
from builder.records.translations.matching import Matches, match, texts_of
from builder.records.translations.model import FOLDER, TranslatedText, Translation
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
    def texts(self) -> dict[Path, Text]:
        """The translations of its texts, by the path of each."""
        return {
            each.of.path: translated(self.written[each.place][2].translation or "", each.of.text, stale=each.stale)
            for each in self.matches.texts
            if each.place is not None
        }

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


class HasTranslations(Protocol):
    """What has records and translations of their texts: summaries, or an explainer."""

    @property
    def settings(self) -> Settings: ...
    @property
    def records(self) -> Mapping[str, Record]: ...
    @property
    def translations(self) -> Mapping[str, Mapping[str, Translation]]: ...
    @property
    def origins(self) -> Mapping[str, Origin]: ...


def in_language(summaries: Summaries, language: str) -> InLanguage:
    """The summaries with every text in a language for which there is a translation.

    The translation of what was not published or not known yet is left out.
    """
    found = translated_records(summaries, language)
    records = dict(summaries.records)
    key = summaries.settings.key or summaries.settings.title  # ids must not depend on the translation of the title
    settings = summaries.settings.model_copy(update={"language": Line(language), "words": {}, "key": key})
    for id, record in found.items():
        if id is None:
            settings = with_texts(settings, record.texts)
        else:
            records[id] = with_texts(records[id], record.texts)
    named = {id: _natively_named(each, language) for id, each in records.items() if isinstance(each, Party)}
    own = {name.partition("/")[2] for name in summaries.translations.get(language, {})}
    return InLanguage(
        language=language,
        summaries=replace(summaries, settings=settings, records={**records, **named}),
        records=found,
        pages=frozenset(id for id, record in found.items() if id in own and record.texts),
    )


def translated_records(given: HasTranslations, language: str) -> dict[str | None, TranslatedRecord]:
    """What is translated into a language of each record, and of the explainer itself under None."""
    written: dict[str | None, list[tuple[Origin, int, TranslatedText]]] = defaultdict(list)
    machine: set[str | None] = set()
    for name, translation in given.translations.get(language, {}).items():
        origin = given.origins[f"{FOLDER}/{language}/{name}"]
        own = name.partition("/")[2]
        for place, text in enumerate(translation.texts):
            id = own or text.record
            if id is None and name != OF_SETTINGS:
                continue  # a mistake that the checks report
            written[id].append((origin, place, text))
            if translation.machine and text.translation:
                machine.add(id)
    found: dict[str | None, TranslatedRecord] = {}
    for id, entries in written.items():
        shape: Shape | None = given.settings if id is None else given.records.get(id)
        if shape is not None:
            placed = [(place, each[2]) for place, each in enumerate(entries) if each[2].translation is not None]
            matches = match(texts_of(shape), placed)
            found[id] = TranslatedRecord(id=id, matches=matches, written=tuple(entries), machine=id in machine)
    return found


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
