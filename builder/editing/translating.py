"""Writes the file with the translation of a record: each text that can be translated, with room for the translation.

What is in the file already stays as it is, with its comments. Where the summary says something else than when it was
translated, the file gets both wordings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from builder.editing.field_order import order_of
from builder.editing.saving import update
from builder.editing.scaffolding import RefusedError
from builder.editing.yaml_style import Value, to_yaml_item
from builder.parsing.decoding import decode
from builder.problems import did_you_mean, visible
from builder.project import Project
from builder.records.loading import Summaries, load_partly
from builder.records.models.kinds import IN_FILES
from builder.records.models.record import Record
from builder.records.models.shapes import Shape
from builder.records.safe_text import Line, Text
from builder.records.translations.files import OF_SETTINGS
from builder.records.translations.matching import Match, TextOfRecord, match, texts_of
from builder.records.translations.model import FOLDER, TranslatedText

_BLANK: Final = "  translation:\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """A file of translations that was written, and how many texts in it are new, out of date, and left over."""

    path: Path
    new: int
    stale: int
    left_over: int
    total: int


def prepare(project: Project, id: str, language: str) -> Prepared:
    """Write the file for the translation of a record, or of the explainer itself, into a language, or complete it.

    Raises RefusedError for a language that the explainer does not have or an unknown record, SummaryError if the
    settings can't be read, MachineError if the file can't be written.
    """
    summaries = load_partly(project.summaries)
    if language not in summaries.settings.languages:
        named = ", ".join((*summaries.settings.languages, language))
        raise RefusedError([f"explainer.yml does not name '{visible(language)}' (write languages: [{named}])"])
    record = None if id == OF_SETTINGS else _record(summaries, id)
    own_file = record is None or isinstance(record, IN_FILES)
    name = OF_SETTINGS if record is None else f"{record.kind_name}/{id}" if own_file else record.kind_name
    path = project.summaries / FOLDER / language / f"{name}.yml"
    key = f"{FOLDER}/{language}/{name}"
    before = summaries.translations.get(language, {}).get(name)
    if before is None and path.is_file():
        problems = [str(each) for each in summaries.unread.problems if each.location.path.endswith(f"{key}.yml")]
        raise RefusedError(problems or [f"{path.name} can't be read"])
    entries = [(place, each) for place, each in enumerate(before.texts if before else ())]
    mine = [(place, each) for place, each in entries if own_file or each.record == id]
    shape = record or summaries.settings
    found = match(_in_order(shape), mine)
    lines = decode(summaries.files[f"{key}.yml"], path.name).split("\n") if before else []
    starts = [summaries.origins[key].at(("texts", place)).line - 1 for place, _ in entries]
    chunks = _Chunks(lines, starts, entries)
    wanted = _once(found.texts)
    texts = [_written(each, chunks, None if own_file else id) for each in wanted]
    kept = [place for place in found.left_over if chunks.entries[place].translation]
    others = [place for place, each in entries if not own_file and each.record != id]
    body = [*(chunks.of(place) for place in others), *texts, *(chunks.of(place) for place in kept)]
    update({path: (chunks.head + "".join(body)).encode()})
    return Prepared(
        path=path,
        new=sum(each.place is None or not chunks.entries[each.place].translation for each in wanted),
        stale=sum(each.stale and bool(chunks.entries[each.place or 0].translation) for each in wanted),
        left_over=len(kept),
        total=len(texts),
    )


def _record(summaries: Summaries, id: str) -> Record:
    if id in summaries.records:
        return summaries.records[id]
    hint = did_you_mean(id, [OF_SETTINGS, *summaries.records]) or "name a record that exists"
    raise RefusedError([f"there is no '{visible(id)}' ({hint})"])


def _in_order(shape: Shape) -> list[TextOfRecord]:
    """The texts of a record with its fields in their usual order."""
    order = {name: place for place, name in enumerate(order_of(type(shape)))}
    return sorted(texts_of(shape), key=lambda each: order.get(str(each.path[0]), len(order)))


def _once(texts: Sequence[Match]) -> list[Match]:
    """Each text once: the same text in the same field has the same translation."""
    found: dict[tuple[str, str], Match] = {}
    for each in texts:
        found.setdefault((each.of.field, str(each.of.text)), each)
    return list(found.values())


class _Chunks:
    """The lines of a file: those above the entries, and those of each entry with the comments above it."""

    def __init__(
        self, lines: Sequence[str], starts: Sequence[int], entries: Sequence[tuple[int, TranslatedText]]
    ) -> None:
        self.entries = dict(entries)
        cuts = [self._with_comments(lines, start) for start in starts]
        self.head = "\n".join(lines[: cuts[0]]) + "\n" if cuts else "texts:\n"
        self.pieces: dict[int, str] = {}
        distinct = len(set(cuts)) == len(cuts)
        for place, (start, end) in enumerate(zip(cuts, [*cuts, len(lines)][1:], strict=True)):
            text = "\n".join(lines[start:end]).rstrip("\n") + "\n"
            self.pieces[place] = text if distinct else _entry(self.entries[place])
        if cuts and not distinct:
            self.head = "texts:\n"

    @staticmethod
    def _with_comments(lines: Sequence[str], start: int) -> int:
        while start and lines[start - 1].lstrip().startswith("#"):
            start -= 1
        return start

    def of(self, place: int) -> str:
        """The lines of an entry."""
        return self.pieces[place]


def _written(each: Match, chunks: _Chunks, record: str | None) -> str:
    """A text with its translation: as the file has it, or with the new wording of the original, or to be filled in."""
    old = None if each.place is None else chunks.entries[each.place]
    if each.place is None or old is None or (each.stale and old.translation is None):
        return _entry(TranslatedText(record=record, field=Line(each.of.field), original=Text(each.of.text)))
    if not each.stale or old.earlier:
        return chunks.of(each.place)
    changed = old.model_copy(update={"original": each.of.text, "earlier": old.original})
    comments = [line for line in chunks.of(each.place).split("\n") if line.lstrip().startswith("#")]
    return "".join(f"{line}\n" for line in comments) + _entry(changed)


def _entry(text: TranslatedText) -> str:
    fields: dict[str, Value] = {}
    for name in ("record", "field", "original", "earlier", "translation"):
        value = getattr(text, name)
        if value is not None:
            fields[name] = str(value)
    item = to_yaml_item(fields, 2)
    return item if text.translation is not None else f"{item}  {_BLANK}"
