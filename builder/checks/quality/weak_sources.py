"""Sources that may vanish or that few would trust: without a copy, second-hand, of one standing, without a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from builder.checks.quality.coverage import located_statements
from builder.explainer.addresses import address_of
from builder.explainer.linking import Explainer
from builder.records.models.record import Record
from builder.records.models.source import Source, Standing
from builder.records.models.visit import Visit
from builder.records.safe_text import Citation, Text
from builder.records.traversal import Path

LOPSIDED_FROM = 6
"""How many statements a page must have before the standings of its sources are compared."""

LOPSIDED_ABOVE = Fraction(2, 3)
"""The page is reported if more than this part of them rests on one standing: all sources of each have it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Headline:
    """What readers see first and few look behind: its path in its record (None for the explainer), text and sources."""

    path: Path
    record: Record | None
    text: Text
    sources: tuple[Source, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LopsidedPage:
    """A page most of whose statements rest on one standing: the record (None for the home page), and how many do."""

    record: Record | None
    standing: Standing
    resting: int
    counted: int
    sources: tuple[Source, ...]
    """The sources of these statements, those of the most statements first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WeakSources:
    """Sources that may vanish or that few would trust."""

    without_archive: tuple[Source, ...]
    """Sources with a URL and without an archived copy."""

    second_hand: tuple[Headline, ...]
    """Headlines that rest on aggregators alone, or on one source that was not read where it was first published."""

    lopsided: tuple[LopsidedPage, ...]
    """Pages most of whose statements rest on one standing."""

    named_by_id: tuple[Source, ...]
    """Sources whose name is only their id."""


def weak_sources(explainer: Explainer) -> WeakSources:
    """Find the weak sources and what rests on them."""
    return WeakSources(
        without_archive=tuple(source for source in explainer.sources if source.URL and not source.archive),
        second_hand=tuple(headline for headline in _headlines(explainer) if _is_second_hand(headline.sources)),
        lopsided=tuple(_lopsided(explainer)),
        named_by_id=tuple(source for source in explainer.sources if source.label == source.id),
    )


def _headlines(explainer: Explainer) -> Iterator[Headline]:
    """The answer on the home page, the summary of each record, and the first outcome of each visit."""

    def headline(record: Record | None, path: Path, text: Text, citations: Sequence[Citation]) -> Headline:
        ids = dict.fromkeys(citation.source for citation in citations)
        return Headline(path=path, record=record, text=text, sources=tuple(map(explainer.source, ids)))

    for index, statement in enumerate(explainer.settings.answer):
        yield headline(None, ("answer", index), statement.text, statement.sources)
    for record in explainer.records.values():
        if record.summary and not isinstance(record, Source):
            yield headline(record, ("summary",), record.summary, record.sources)
        if isinstance(record, Visit) and record.outcomes:
            first = record.outcomes[0]
            yield headline(record, ("outcomes", 0), first.text, first.sources)


def _is_second_hand(sources: Sequence[Source]) -> bool:
    return all(source.standing == "aggregator" for source in sources) or (len(sources) == 1 and bool(sources[0].via))


def _lopsided(explainer: Explainer) -> Iterator[LopsidedPage]:
    for record, statements in _statements_by_page(explainer):
        of_one_standing = [sources for sources in statements if len({source.standing for source in sources}) == 1]
        for standing, resting in Counter(sources[0].standing for sources in of_one_standing).most_common(1):
            if len(statements) >= LOPSIDED_FROM and Fraction(resting, len(statements)) > LOPSIDED_ABOVE:
                of_this = (sources for sources in of_one_standing if sources[0].standing == standing)
                cited = Counter(id for sources in of_this for id in {source.id: None for source in sources})
                yield LopsidedPage(
                    record=record,
                    standing=standing,
                    resting=resting,
                    counted=len(statements),
                    sources=tuple(explainer.source(id) for id, _ in cited.most_common()),
                )


def _statements_by_page(explainer: Explainer) -> Iterator[tuple[Record | None, list[list[Source]]]]:
    """Each page of a record, and the home page (None), with the sources of each statement and of the summary."""
    pages: dict[str, list[list[Source]]] = {}
    for item in located_statements(explainer):
        id = item.record.id if item.record else ""
        pages.setdefault(id, []).append([explainer.source(citation.source) for citation in item.statement.sources])
    for id, statements in pages.items():
        record = explainer.records.get(id)
        if record is None or address_of(record):
            summary = [explainer.source(citation.source) for citation in record.sources] if record else []
            yield record, [summary, *statements] if record and record.summary and summary else statements
