"""What a source says that no claim keeps, what claims no record takes up, and what rests on few sources."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from builder.explainer.linking import Explainer, owners
from builder.records.loading import Origin
from builder.records.models.claims import Claim, Claims
from builder.records.models.questions import Question
from builder.records.models.record import Record
from builder.records.models.shapes import Statement
from builder.records.models.source import Source
from builder.records.traversal import Path, citations, statements


@dataclass(frozen=True, kw_only=True, slots=True)
class Paragraph:
    """A paragraph of a source with the claims kept of it, and its text where a copy was at hand."""

    label: str
    claims: tuple[Claim, ...]
    text: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Misquote:
    """A quote that its paragraph does not hold word for word; `elsewhere` names the paragraph that does."""

    claim: Claim
    elsewhere: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """How the claims kept of a source cover it, and which of them the records take up."""

    claims: Claims
    paragraphs: tuple[Paragraph, ...]
    """Every paragraph, in order: by the text where there is one, or else by the numbers that claims give."""

    about_nothing: tuple[Claim, ...]
    """Claims that are about no record."""

    not_taken_up: tuple[Claim, ...]
    """Claims none of whose records cites the source, as a whole or at that paragraph, or a source of the check."""

    misplaced: tuple[Claim, ...] = ()
    """Claims of a paragraph that the text does not have."""

    misquoted: tuple[Misquote, ...] = ()
    """Quotes that the text does not hold."""

    @property
    def without_claim(self) -> tuple[Paragraph, ...]:
        """The paragraphs of which no claim is kept."""
        return tuple(paragraph for paragraph in self.paragraphs if not paragraph.claims)

    @property
    def gaps(self) -> tuple[str, ...]:
        """The same by their numbers, those in a row as one: `3`, `5–7`."""
        numbers = [int(paragraph.label) for paragraph in self.without_claim]
        rows = (tuple(row) for _, row in groupby(enumerate(numbers), key=lambda item: item[1] - item[0]))
        return tuple(f"{row[0][1]}–{row[-1][1]}" if len(row) > 1 else str(row[0][1]) for row in rows)


def cover(explainer: Explainer, claims: Claims, text: Sequence[str] | None = None) -> Coverage:
    """Hold the claims kept of a source against the records and its paragraphs (`text`, where there is a copy)."""
    paragraphs = tuple(_paragraphs(claims, text))
    known = {paragraph.label for paragraph in paragraphs}
    return Coverage(
        claims=claims,
        paragraphs=paragraphs,
        about_nothing=tuple(claim for claim in claims.claims if not claim.about),
        not_taken_up=tuple(
            claim for claim in claims.claims if claim.about and not _is_taken_up(explainer, claims, claim)
        ),
        misplaced=tuple(claim for claim in claims.claims if text is not None and claim.para not in known),
        misquoted=() if text is None else tuple(_misquoted(claims, paragraphs)),
    )


def paragraphs_of(text: str) -> tuple[str, ...]:
    """The paragraphs of a copy of a source: each line in which something is to be seen, with single spaces."""
    lines = (" ".join(_UNSEEN.sub("", line).split()) for line in text.splitlines())
    return tuple(line for line in lines if line)


_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")
"""What a page puts into words so that they may be broken, or must not be: a copy holds it, and nobody sees it."""


def _paragraphs(claims: Claims, text: Sequence[str] | None) -> Iterator[Paragraph]:
    kept: dict[str, list[Claim]] = {}
    for claim in claims.claims:
        kept.setdefault(claim.para, []).append(claim)
    if text is None:
        numbers = [int(para) for para in kept if re.fullmatch(r"[1-9]\d{0,3}", para)]
        labels = [str(number) for number in range(1, max(numbers, default=0) + 1)]
        labels += [str(para) for para in kept if para not in labels]
        yield from (Paragraph(label=label, claims=tuple(kept.get(label, ()))) for label in labels)
    else:
        for number, words in enumerate(text, start=1):
            yield Paragraph(label=str(number), claims=tuple(kept.get(str(number), ())), text=words)


def _is_taken_up(explainer: Explainer, claims: Claims, claim: Claim) -> bool:
    number = int(claim.para) if re.fullmatch(r"\d{1,6}", claim.para) else None
    checked_by = {citation.source for citation in claim.checked.sources} if claim.checked else set()
    return any(
        citation.source in checked_by or (citation.source == claims.source and _speaks_of(citation.locator, number))
        for id in claim.about
        for _, citation in citations(explainer.records[id])
    )


def _speaks_of(locator: str, number: int | None) -> bool:
    """Whether a locator such as `para. 4`, `para. 1 and 7` or `paras. 2–4` takes in a paragraph; none takes in all."""
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
    """The words as they are compared: one kind of quotation mark and of hyphen, accents as letters, single spaces."""
    return " ".join(unicodedata.normalize("NFC", _UNSEEN.sub("", text).translate(_MARKS)).split())


_MARKS = str.maketrans(
    {**dict.fromkeys("‘’‚‛‹›`´", "'"), **dict.fromkeys("“”„‟«»", '"'), **dict.fromkeys("\u2010\u2011", "-")}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Resting:
    """A statement with where it stands: in a record, or in the explainer's own file."""

    statement: Statement
    record: Record | None
    origin: Origin
    path: Path

    @property
    def on_one_source(self) -> bool:
        """Whether it rests on one source, or on several that draw on the same one."""
        return self.statement.support == "single" or len({citation.source for citation in self.statement.sources}) == 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Grounds:
    """What the statements rest on, answers of disputes and to readers' questions left out."""

    main: Source | None
    """The source most claims are kept of."""

    counted: int
    one_source: tuple[Resting, ...]
    """On one source, or on several that draw on the same one."""

    state_media: tuple[Resting, ...]
    """On state media alone."""

    main_alone: tuple[Resting, ...]
    """On the main source alone."""


def grounds(explainer: Explainer) -> Grounds:
    """Which statements rest on one source, on state media alone, or on the main source alone."""
    main = main_source(explainer)
    every = [(item, {citation.source for citation in item.statement.sources}) for item in _resting(explainer)]
    state = {source.id for source in explainer.sources if source.standing == "state-media"}
    return Grounds(
        main=main,
        counted=len(every),
        one_source=tuple(item for item, _ in every if item.on_one_source),
        state_media=tuple(item for item, ids in every if ids <= state),
        main_alone=tuple(item for item, ids in every if main and ids == {main.id}),
    )


def by_record(items: Sequence[Resting]) -> tuple[tuple[Record | None, int], ...]:
    """The records that statements stand in, those with most of them first; None for the explainer's own file."""
    counted = Counter(item.record.id if item.record else None for item in items)
    records = {item.record.id if item.record else None: item.record for item in items}
    return tuple((records[id], count) for id, count in counted.most_common())


def main_source(explainer: Explainer) -> Source | None:
    """The source most claims are kept of; None where none are."""
    most = max(explainer.claims.values(), key=lambda claims: len(claims.claims), default=None)
    return explainer.source(most.source) if most else None


def _resting(explainer: Explainer) -> Iterator[Resting]:
    """Every statement with where it stands, answers left out: in disputes each is what one side says, and those to
    readers' questions say again what the records say.
    """
    for shape, record, origin in owners(explainer):
        if isinstance(shape, (Claims, Question)):
            continue
        for path, statement in statements(shape):
            if path[0] != "disputes":
                yield Resting(statement=statement, record=record, origin=origin, path=path)
