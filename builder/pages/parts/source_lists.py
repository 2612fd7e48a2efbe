"""Sources in place: the control after a statement, and the lists of sources that the controls of a page open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from builder.explainer.tracing.traced import Shared, Traced
from builder.explainer.words import Words
from builder.records.models.source import STANDINGS, Source
from builder.records.safe_text import Citation, Text, escaped, marked


@dataclass(frozen=True, slots=True)
class SourceList:
    """The sources of one or more statements: its number on the page, what the controls that open it say, and each
    source with the places in it."""

    number: int
    shown: Markup
    sources: tuple[tuple[Source, tuple[Text, ...]], ...]


class SourceLists:
    """The lists of sources of one page, in the order in which its statements first need them."""

    def __init__(self, explainer: Traced, words: Words, lines: Shared) -> None:
        """`lines` keeps how a source is shown, for other pages of the same folder."""
        self.explainer = explainer
        self.words = words
        self._lines = lines
        self._lists: dict[tuple[Markup, frozenset[Citation]], SourceList] = {}

    def control(self, citations: Sequence[Citation], about: Text | Markup | None, support: str | None) -> Markup:
        """Return the control that opens the sources of a statement, and its number for print.

        `about` is what they are the sources of: a reader who only hears the control hears its first words.
        Statements with the same sources share one list.
        """
        count = len({citation.source for citation in citations})
        is_only = count == 1 or support == "single"
        shown = self._shown(count, is_only=is_only)
        key = (shown, frozenset(citations))
        if key not in self._lists:
            self._lists[key] = SourceList(len(self._lists) + 1, shown, self._by_source(citations))
        name = self.words("sources.for", sources=shown, what=self._opening(about)) if about else shown
        kind, number = "srcs srcs--only" if is_only else "srcs", self._lists[key].number
        return marked(
            f' <span class="cites" data-search-exclude><button class="{kind}" popovertarget="cite_{number}"'
            f' aria-label="{name}">{shown}</button><span> [{self.words.count(number)}]</span></span>'
        )

    def lists(self) -> tuple[SourceList, ...]:
        """Return the lists so far, by number."""
        return tuple(self._lists.values())

    def line(self, source: Source, places: tuple[Text, ...], shown: Callable[..., Markup]) -> Markup:
        """Return how a source with places in it is shown, as `shown(source, places)` does."""
        return self.explainer.once(self._lines, (source.id, places), lambda: shown(source, places))

    def count(self) -> int:
        """Count the sources in all lists, each once."""
        return len({source.id for list in self._lists.values() for source, _ in list.sources})

    def _shown(self, count: int, *, is_only: bool) -> Markup:
        """Say how many sources there are. Several that draw on one source are reports of it."""
        if count == 1:
            return self.words("sources.only")
        return self.words("sources.reports" if is_only else "sources.count", count=count)

    def _by_source(self, citations: Sequence[Citation]) -> tuple[tuple[Source, tuple[Text, ...]], ...]:
        """Gather the places in each source. Those who speak for themselves come first, as in `STANDINGS`."""
        places: dict[str, dict[Text, None]] = {}
        for citation in citations:
            named = places.setdefault(citation.source, {})
            if citation.locator:
                named[citation.locator] = None
        found = [(self.explainer.source(id), tuple(named)) for id, named in places.items()]
        return tuple(sorted(found, key=lambda each: STANDINGS.index(each[0].standing)))

    def _opening(self, text: Text | Markup) -> Markup:
        """Return the first words of a text, without links and markup."""
        if isinstance(text, Markup):
            return escaped(text.striptags())
        plain = " ".join((self.explainer.plain(text) if "[[" in text else text).split())
        if len(plain) <= _OPENING:
            return escaped(plain)
        words, space, _ = plain[: _OPENING + 1].rpartition(" ")
        return escaped((words if space else plain[:_OPENING]).rstrip(" ,;:.–-") + "…")


_OPENING = 48
"""How many characters of a statement its control repeats for those who hear it."""
