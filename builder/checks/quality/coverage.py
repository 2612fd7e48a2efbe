"""Paragraphs of sources without claims, claims that no record uses, and statements that rest on few sources."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from builder.explainer.linking import Explainer, owners
from builder.records.loading import Origin
from builder.records.models.claims import Claim, Claims
from builder.records.models.event import AHEAD, EventEntry
from builder.records.models.questions import Question
from builder.records.models.record import Record
from builder.records.models.shapes import Statement
from builder.records.models.source import Source
from builder.records.models.visit import VisitEntry
from builder.records.traversal import Path, citations, statements


@dataclass(frozen=True, kw_only=True, slots=True)
class Paragraph:
    """A paragraph of a source, the claims recorded from it, and its text if there is a copy."""

    label: str
    claims: tuple[Claim, ...]
    text: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Misquote:
    """A quote that is not in its paragraph word for word; `elsewhere` is the paragraph that it is in, if any."""

    claim: Claim
    elsewhere: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """How well the claims of a source cover it, and which of them no record uses."""

    claims: Claims
    paragraphs: tuple[Paragraph, ...]
    """Every paragraph in order: those of the text, or without a text the numbers that claims give."""

    about_nothing: tuple[Claim, ...]
    """Claims that are about no record."""

    not_taken_up: tuple[Claim, ...]
    """Claims that no record uses: none that they are about cites the source there, or a source of the check."""

    misplaced: tuple[Claim, ...] = ()
    """Claims whose paragraph is not in the text."""

    misquoted: tuple[Misquote, ...] = ()
    """Quotes that are not in their paragraph."""

    @property
    def without_claim(self) -> tuple[Paragraph, ...]:
        """The paragraphs without a claim."""
        return tuple(paragraph for paragraph in self.paragraphs if not paragraph.claims)

    @property
    def gaps(self) -> tuple[str, ...]:
        """The numbers of the paragraphs without a claim, as ranges: `3`, `5–7`."""
        numbers = [int(paragraph.label) for paragraph in self.without_claim]
        runs = (tuple(run) for _, run in groupby(enumerate(numbers), key=lambda item: item[1] - item[0]))
        return tuple(f"{run[0][1]}–{run[-1][1]}" if len(run) > 1 else str(run[0][1]) for run in runs)


def cover(explainer: Explainer, claims: Claims, text: Sequence[str] | None = None) -> Coverage:
    """Compare the claims of a source with the records, and with its paragraphs (`text`) if there is a copy."""
    paragraphs = tuple(_paragraphs(claims, text))
    known = {paragraph.label for paragraph in paragraphs}
    return Coverage(
        claims=claims,
        paragraphs=paragraphs,
        about_nothing=tuple(claim for claim in claims.claims if not claim.about),
        not_taken_up=tuple(claim for claim in claims.claims if claim.about and not _is_used(explainer, claims, claim)),
        misplaced=tuple(claim for claim in claims.claims if text is not None and claim.para not in known),
        misquoted=() if text is None else tuple(_misquoted(claims, paragraphs)),
    )


def paragraphs_of(text: str) -> tuple[str, ...]:
    """The paragraphs of a copy of a source: each line with visible text, with single spaces."""
    lines = (" ".join(_INVISIBLE.sub("", line).split()) for line in text.splitlines())
    return tuple(line for line in lines if line)


_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
"""Invisible characters that pages use to allow or forbid line breaks: a copied text contains them."""


def _paragraphs(claims: Claims, text: Sequence[str] | None) -> Iterator[Paragraph]:
    by_paragraph: dict[str, list[Claim]] = {}
    for claim in claims.claims:
        by_paragraph.setdefault(claim.para, []).append(claim)
    if text is None:
        numbers = [int(para) for para in by_paragraph if re.fullmatch(r"[1-9]\d{0,3}", para)]
        labels = [str(number) for number in range(1, max(numbers, default=0) + 1)]
        labels += [str(para) for para in by_paragraph if para not in labels]
        yield from (Paragraph(label=label, claims=tuple(by_paragraph.get(label, ()))) for label in labels)
    else:
        for number, paragraph in enumerate(text, start=1):
            yield Paragraph(label=str(number), claims=tuple(by_paragraph.get(str(number), ())), text=paragraph)


def _is_used(explainer: Explainer, claims: Claims, claim: Claim) -> bool:
    number = int(claim.para) if re.fullmatch(r"\d{1,6}", claim.para) else None
    checked_by = {citation.source for citation in claim.checked.sources} if claim.checked else set()
    return any(
        citation.source in checked_by or (citation.source == claims.source and _includes(citation.locator, number))
        for id in claim.about
        for _, citation in citations(explainer.records[id])
    )


def _includes(locator: str, number: int | None) -> bool:
    """Whether a locator such as `para. 4`, `para. 1 and 7` or `paras. 2–4` includes a paragraph.

    A locator without numbers includes every paragraph.
    """
    spans = [(int(first), int(last or first)) for first, last in _SPAN.findall(locator)]
    return not spans or number is None or any(first <= number <= last for first, last in spans)


_SPAN = re.compile(r"(\d{1,6})(?:\s*[-–]\s*(\d{1,6}))?")


def _misquoted(claims: Claims, paragraphs: Sequence[Paragraph]) -> Iterator[Misquote]:
    plain = {paragraph.label: _plain(paragraph.text or "") for paragraph in paragraphs}
    for claim in claims.claims:
        if claim.quote is None:
            continue
        quote = _plain(claim.quote)
        if quote not in plain.get(claim.para, ""):
            yield Misquote(claim=claim, elsewhere=next((label for label, text in plain.items() if quote in text), None))


def _plain(text: str) -> str:
    """A text to compare: one kind of quotation mark and hyphen, accents combined with their letters, single spaces."""
    return " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", text).translate(_MARKS)).split())


_MARKS = str.maketrans(
    {**dict.fromkeys("‘’‚‛‹›`´", "'"), **dict.fromkeys("“”„‟«»", '"'), **dict.fromkeys("\u2010\u2011", "-")}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class LocatedStatement:
    """A statement and where it is: its record (None for the explainer's own file), origin and path."""

    statement: Statement
    record: Record | None
    origin: Origin = field(compare=False)
    path: Path

    @property
    def on_one_source(self) -> bool:
        """Whether it has one source, or several that draw on the same one."""
        return self.statement.support == "single" or len({citation.source for citation in self.statement.sources}) == 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Grounds:
    """Which statements rest on few sources. Answers in disputes and to readers' questions are not counted."""

    main: Source | None
    """The source with the most claims."""

    counted: int
    """How many statements there are."""

    one_source: tuple[LocatedStatement, ...]
    """Those with one source, or several that draw on the same one."""

    state_media: tuple[LocatedStatement, ...]
    """Those with state media as their only sources."""

    main_alone: tuple[LocatedStatement, ...]
    """Those with the main source as their only source."""

    older: tuple[LocatedStatement, ...]
    """Those that say what held on a day, with no dated source from that day or later."""

    later: tuple[LocatedStatement, ...]
    """Those that say what held on a day, with no dated source from that day or the year after it."""


def grounds(explainer: Explainer) -> Grounds:
    """Find the statements that rest on one source, on state media alone, or on the main source alone."""
    main = main_source(explainer)
    every = [(item, {citation.source for citation in item.statement.sources}) for item in located_statements(explainer)]
    state = {source.id for source in explainer.sources if source.standing == "state-media"}
    return Grounds(
        main=main,
        counted=len(every),
        one_source=tuple(item for item, _ in every if item.on_one_source),
        state_media=tuple(item for item, ids in every if ids <= state),
        main_alone=tuple(item for item, ids in every if main and ids == {main.id}),
        older=tuple(item for item, _ in every if _rests_on_older_sources(explainer, item.statement)),
        later=tuple(item for item, _ in every if _rests_on_later_sources(explainer, item.statement)),
    )


def _rests_on_older_sources(explainer: Explainer, statement: Statement) -> bool:
    """Whether all dated sources of a statement were issued before the first day it speaks of.

    A source from the day before is older too: it says what was meant to happen. These are not reported:

    - A forecast, and the step in which a visit was planned, someone was invited or an event was expected: they come
      before what they are about. `expected` is not compared at all.
    - A date with an open start, or one marked as approximate or uncertain: its first day is not known.
    - A statement without a dated source. A source without a date next to dated ones does not count: otherwise a web
      page without a date would hide every old report that is cited with it.
    """
    plan = isinstance(statement, (VisitEntry, EventEntry)) and statement.status in ("invited", "planned", *AHEAD)
    date = statement.date
    if date is None or any(end.qualifier for end in date.ends) or plan or statement.voice == "forecast":
        return False
    issued = [each for citation in statement.sources if (each := explainer.source(citation.source).issued)]
    return bool(issued) and all(each.last < date.first for each in issued)


def _rests_on_later_sources(explainer: Explainer, statement: Statement) -> bool:
    """Whether all dated sources of a statement were issued more than a year after the last day it speaks of.

    They tell of it in hindsight. A date with an open end is not compared.
    """
    date = statement.date
    if date is None or date.open_end:
        return False
    issued = [each for citation in statement.sources if (each := explainer.source(citation.source).issued)]
    return bool(issued) and all((each.first - date.last).days > _HINDSIGHT for each in issued)


_HINDSIGHT = 366
"""From how many days after an event on its sources tell of it in hindsight."""


def by_record(items: Sequence[LocatedStatement]) -> tuple[tuple[Record | None, int], ...]:
    """How many of the statements each record has, those with the most first; None for the explainer's own file."""
    counted = Counter(item.record.id if item.record else None for item in items)
    records = {item.record.id if item.record else None: item.record for item in items}
    return tuple((records[id], count) for id, count in counted.most_common())


def main_source(explainer: Explainer) -> Source | None:
    """The source with the most claims; None if there are no claims, or no source has more than all others."""
    ranked = sorted(explainer.claims.values(), key=lambda claims: -len(claims.claims))
    if not ranked or (len(ranked) > 1 and len(ranked[0].claims) == len(ranked[1].claims)):
        return None
    return explainer.source(ranked[0].source)


def located_statements(explainer: Explainer) -> Iterator[LocatedStatement]:
    """Every statement except answers.

    An answer in a dispute is what one side says, and one to a reader's question repeats what the records say.
    """
    for shape, record, origin in owners(explainer):
        if isinstance(shape, (Claims, Question)):
            continue
        for path, statement in statements(shape):
            if path[0] != "disputes":
                yield LocatedStatement(statement=statement, record=record, origin=origin, path=path)
