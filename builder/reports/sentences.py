"""The sentences that a change to the summaries rewrites, each with the citations that are new.

The files are compared as they are written, so this also works while the summaries have problems.
"""

from __future__ import annotations

import os
import re
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path, PurePosixPath

from builder.parsing.documents import Document, Node, Scalar, Sequence
from builder.parsing.documents import Mapping as Fields
from builder.parsing.yaml_reader import read
from builder.problems import SummaryError
from builder.project import Project
from builder.records.models.claims import Claims
from builder.records.models.kinds import RECORDS, kind_listed_in
from builder.records.models.settings import Settings
from builder.records.models.shapes import Shape
from builder.records.models.source import Source
from builder.records.safe_text import Citation, Text
from builder.reports.git import revision
from builder.reports.renamed_ids import with_new_ids


@dataclass(frozen=True, order=True, kw_only=True, slots=True)
class Cited:
    """A citation as typed, with the web address of its source; empty if the source has none."""

    citation: str
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Rewritten:
    """Sentences before and after; empty if they are new or gone. They are equal if only the citations differ."""

    record: str
    """The file of the record below the folder of summaries, without its ending; in a list, its kind, `#` and its id."""

    field: str
    before: str
    after: str
    cites_now: tuple[Cited, ...]
    cites_no_more: tuple[Cited, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentences:
    """What a change rewrites, and the files that can't be read, so that nothing is known about their sentences."""

    rewritten: tuple[Rewritten, ...]
    unreadable: tuple[str, ...]


def compare_sentences(project: Project, name: str) -> Sentences:
    """Compare the sentences of the summaries with those at the git revision `name`.

    Raises UnknownRevisionError, or MachineError if git is not installed or does not trust the folder.
    """
    unreadable: list[str] = []
    with revision(project, name) as then:
        before = _documents(then.summaries, f"{name}:", unreadable)
    after = _documents(project.summaries, "", unreadable)
    as_renamed = with_new_ids(_new_ids(after))
    was = {as_renamed(record): [each.renamed(as_renamed) for each in said] for record, said in _said(before).items()}
    now = _said(after)
    addresses = _addresses(before) | _addresses(after)
    return Sentences(
        rewritten=tuple(
            found
            for record in sorted(was.keys() | now.keys())
            for found in _rewritten(record, was.get(record, []), now.get(record, []), addresses)
        ),
        unreadable=tuple(unreadable),
    )


@dataclass(frozen=True, slots=True)
class _Passage:
    """A text of a record, and what is cited for it."""

    field: str
    text: str
    cited: tuple[str, ...]

    def renamed(self, as_renamed: Callable[[str], str]) -> _Passage:
        """The same, with the new ids of records that were renamed."""
        return _Passage(self.field, as_renamed(self.text), tuple(map(as_renamed, self.cited)))


def _new_ids(documents: Mapping[str, Document]) -> dict[str, str]:
    """The id of each record by its old ids."""
    found = {}
    for path, document in documents.items():
        for key, fields in _records(path, document):
            old = fields.entries.get("renamed_from")
            for each in old.node.items if old and isinstance(old.node, Sequence) else ():
                if isinstance(each, Scalar):
                    found[each.text] = re.split("[#/]", key)[-1]
    return found


def _documents(folder: Path, prefix: str, unreadable: list[str]) -> dict[str, Document]:
    """The summaries that can be read, by path below their folder. The others are added to `unreadable`."""
    found: dict[str, Document] = {}
    for here, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            file = Path(here, name)
            path = file.relative_to(folder).as_posix()
            if file.suffix not in (".yml", ".yaml") or "/." in f"/{path}":
                continue
            try:
                found[path] = read(file, path)
            except SummaryError:
                unreadable.append(f"{prefix}{folder.name}/{path}")
    return found


def _said(documents: Mapping[str, Document]) -> dict[str, list[_Passage]]:
    """The passages of each record."""
    said: dict[str, list[_Passage]] = {}
    for path, document in documents.items():
        for key, fields in _records(path, document):
            said.setdefault(key, []).extend(_passages(fields, "", ()))
    return said


def _records(path: str, document: Document) -> Iterator[tuple[str, Fields]]:
    kind = kind_listed_in(path)
    name = kind.kind_name if kind else PurePosixPath(path).with_suffix("").as_posix()
    listed = document.root.entries.get(name) if kind else None
    if listed is None or not isinstance(listed.node, Sequence):
        yield name, document.root
        return
    for item in listed.node.items:
        if isinstance(item, Fields):
            id = item.entries.get("id")
            yield f"{name}#{id.node.text if id and isinstance(id.node, Scalar) else ''}", item


def _passages(node: Node, field: str, cited: tuple[str, ...]) -> Iterator[_Passage]:
    """The texts below a node. A text is cited for by the nearest list of sources beside or around it."""
    if isinstance(node, Sequence):
        for inner in node.items:
            yield from _passages(inner, field, cited)
    elif isinstance(node, Fields):
        sources = node.entries.get("sources")
        if sources and isinstance(sources.node, Sequence):
            cited = tuple(str(Citation.parse(each.text)) for each in sources.node.items if isinstance(each, Scalar))
        for name, item in node.entries.items():
            if isinstance(item.node, Scalar):
                if name in _prose() and item.node.text.strip():
                    place = field if name == "text" and field else f"{field}.{name}".strip(".")
                    yield _Passage(place, " ".join(item.node.text.split()), cited)
            else:
                yield from _passages(item.node, f"{field}.{name}".strip("."), cited)


@cache
def _prose() -> frozenset[str]:
    """The names of the fields that hold sentences."""
    waiting: list[type[Shape]] = [Settings, Claims, *RECORDS]
    seen: set[type[Shape]] = set()
    names: set[str] = set()
    while waiting:
        shape = waiting.pop()
        if shape in seen:
            continue
        seen.add(shape)
        for name, field in shape.model_fields.items():
            for part in _parts(field.annotation):
                if part is Text:
                    names.add(field.alias or name)
                elif isinstance(part, type) and not typing.get_args(part) and issubclass(part, Shape):
                    waiting.append(part)
    return frozenset(names)


def _parts(annotation: object) -> Iterator[object]:
    yield annotation
    for part in typing.get_args(annotation):
        yield from _parts(part)


def _addresses(documents: Mapping[str, Document]) -> dict[str, str]:
    """The web address of each source that has one."""
    found = {}
    for path, document in documents.items():
        if kind_listed_in(path) is Source:
            for _, fields in _records(path, document):
                values = {
                    name: item.node.text for name, item in fields.entries.items() if isinstance(item.node, Scalar)
                }
                found[values.get("id", "")] = values.get("URL") or values.get("archive", "")
    return found


def _rewritten(
    record: str, was: list[_Passage], now: list[_Passage], addresses: Mapping[str, str]
) -> Iterator[Rewritten]:
    """The differences between the passages of a record, in its present order; what is gone comes last."""
    old = [passage for passage in was if passage not in now]
    fresh = [passage for passage in now if passage not in was]
    for new in fresh:
        previous = _previous(new, old, fresh)
        if previous:
            old.remove(previous)
        yield from _differences(record, previous or _Passage(new.field, "", ()), new, addresses)
    for gone in old:
        yield from _differences(record, gone, _Passage(gone.field, "", ()), addresses)


def _previous(passage: _Passage, old: Iterable[_Passage], fresh: Iterable[_Passage]) -> _Passage | None:
    """The passage that was rewritten as another: the one of the same field that is most like it. None if none is much
    like it, unless only one passage of that field changed.
    """
    others = [other for other in old if other.field == passage.field]
    if len(others) == 1 and sum(other.field == passage.field for other in fresh) == 1:
        return others[0]
    likeness = [SequenceMatcher(None, passage.text, other.text, autojunk=False).ratio() for other in others]
    best = max(likeness, default=0.0)
    return others[likeness.index(best)] if best >= _MUCH_LIKE else None


_MUCH_LIKE = 0.5


def _differences(record: str, old: _Passage, new: _Passage, addresses: Mapping[str, str]) -> Iterator[Rewritten]:
    """One difference for each run of sentences that changed; one for the citations if no sentence did."""

    def cited(some: Iterable[str], but: Iterable[str]) -> tuple[Cited, ...]:
        each = (Citation.parse(citation) for citation in dict.fromkeys(some) if citation not in but)
        return tuple(Cited(citation=str(found), address=addresses.get(found.source, "")) for found in each)

    now, no_more = cited(new.cited, old.cited), cited(old.cited, new.cited)
    before, after = _sentences(old.text), _sentences(new.text)
    runs = [
        (" ".join(before[i:j]), " ".join(after[k:m]))
        for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if kind != "equal"
    ]
    for one, other in runs or [(old.text, new.text)]:
        yield Rewritten(record=record, field=new.field, before=one, after=other, cites_now=now, cites_no_more=no_more)


def _sentences(text: str) -> list[str]:
    """A text in sentences: they end with a full stop, a question mark or an exclamation mark before a space.

    An abbreviation ends one too early. That shows less of the text, and nothing wrong.
    """
    return [part for part in _ENDS.split(text) if part]


_ENDS = re.compile(r"(?<=[.!?…。])[\s]+(?=\S)|(?<=[.!?…][”’\"')\]])\s+(?=\S)")
