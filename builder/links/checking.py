"""Checks the addresses of sources: whether each is alive, has moved, is gone, or can't be said to be any of these."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args
from urllib.parse import urldefrag

from builder.explainer.linking import Explainer
from builder.links.archived_copies import API, Copy, find_copy
from builder.links.asking import Answer, Asker, host_of, worded
from builder.links.error_pages import (
    Pattern,
    are_alike,
    impossible_address,
    is_front_page,
    is_titled_as_missing,
    leads_to_front_page,
    pattern_of,
    read_page,
)
from builder.links.turns import Turns, map_by_host
from builder.problems import Location
from builder.records.models.source import Source

State = Literal["gone", "moved", "unsure", "alive"]

STATES: tuple[State, ...] = get_args(State)
"""All states, in the order in which they are reported."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """How to ask."""

    user_agent: str
    jobs: int = 20
    """How many addresses are asked at once."""

    timeout: float = 20.0
    """The time for one address, in seconds."""

    pause: float = 0.5
    """The time between requests to one host, in seconds."""

    allow_local: bool = False
    """Whether addresses of this machine and its network are asked too."""

    copies_of_all: bool = False
    """Whether copies are looked up for pages that are alive too."""

    archive_api: str = API


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """An address in a summary."""

    source: str
    field: Literal["URL", "archive"]
    address: str
    location: Location


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What became of an address."""

    state: State
    reason: str = ""
    """Why it is in this state; empty if it is alive."""

    to: str = ""
    """Where it leads, if that is part of the reason."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """A link, what became of its address, and a copy."""

    link: Link
    verdict: Verdict
    copy: Copy | None = None
    """The archived copy that was looked up for it, if one was."""


def links_of(explainer: Explainer, only: Collection[str] = ()) -> tuple[Link, ...]:
    """The addresses of all sources, or of those with the ids in `only`, in the order of the files."""
    found = [
        Link(source=source.id, field=name, address=address, location=explainer.origins[source.id].at((name,)))
        for source in explainer.sources
        if not only or source.id in only
        for name, address in _addresses(source)
    ]
    return tuple(sorted(found, key=lambda link: link.location))


def _addresses(source: Source) -> Iterator[tuple[Literal["URL", "archive"], str]]:
    if source.URL:
        yield "URL", source.URL
    if source.archive:
        yield "archive", source.archive


def check_links(
    explainer: Explainer,
    links: Sequence[Link],
    settings: Settings,
    on_progress: Callable[[int, int], None] = lambda done, count: None,
) -> tuple[Finding, ...]:
    """Ask every address once and judge the answers; then look up copies of pages that are gone or have moved.

    `on_progress` is called with the number of addresses that were asked, and of all.
    """
    turns = Turns(settings.pause)
    asker = Asker(turns, user_agent=settings.user_agent, timeout=settings.timeout, allow_local=settings.allow_local)
    addresses = list(dict.fromkeys(link.address for link in links))
    answers = map_by_host(asker.ask, addresses, host_of, settings.jobs, lambda done: on_progress(done, len(addresses)))
    probes = _probe(asker, answers, settings.jobs)
    answers = _read_doubtful(asker, answers, probes, settings.jobs)
    judged = {answer.address: _judge(answer, probes.get(pattern_of(answer.address))) for answer in answers}
    findings = [Finding(link=link, verdict=judged[link.address]) for link in links]
    return _with_copies(asker, findings, explainer, settings)


def _probe(asker: Asker, answers: Sequence[Answer], jobs: int) -> dict[Pattern, Answer]:
    """What each server answers for a page that can't exist, beside the first of its pages that works."""
    beside: dict[Pattern, str] = {}
    for answer in answers:
        if answer.works and answer.is_html and not is_front_page(answer.address):
            beside.setdefault(pattern_of(answer.address), impossible_address(answer.address))
    probes = map_by_host(lambda address: asker.ask(address, read=True), [*beside.values()], host_of, jobs)
    return dict(zip(beside, probes, strict=True))


def _read_doubtful(
    asker: Asker, answers: Sequence[Answer], probes: Mapping[Pattern, Answer], jobs: int
) -> list[Answer]:
    """The answers, with the pages of servers that answer 200 for a page that can't exist."""

    def is_doubtful(answer: Answer) -> bool:
        probe = probes.get(pattern_of(answer.address))
        may_be_missing = answer.works and answer.is_html and not is_front_page(answer.address)
        return may_be_missing and answer.body is None and probe is not None and probe.works

    doubtful = [answer.address for answer in answers if is_doubtful(answer)]
    read = map_by_host(lambda address: asker.ask(address, read=True), doubtful, host_of, jobs)
    better = dict(zip(doubtful, read, strict=True))
    return [better.get(answer.address, answer) for answer in answers]


def _judge(answer: Answer, probe: Answer | None) -> Verdict:
    if answer.trouble:
        return Verdict(state="unsure", reason=answer.trouble)
    if not answer.works:
        state: State = "gone" if answer.status in _GONE else "unsure"
        return Verdict(state=state, reason=worded(answer.status))
    if leads_to_front_page(answer.address, answer.final):
        return Verdict(state="gone", reason="leads to the front page", to=answer.final)
    if probe and probe.works and answer.is_html and not is_front_page(answer.address):
        page = read_page(answer.body or b"")
        if answer.final == probe.final or are_alike(page, read_page(probe.body or b"")):
            if is_titled_as_missing(page):
                return Verdict(state="gone", reason="answers 200, but its title says that there is no such page")
            return Verdict(state="unsure", reason="this server answers 200 for pages that do not exist")
    to = _with_fragment(answer.final, answer.address)
    if answer.permanent and to != answer.address:
        return Verdict(state="moved", reason="has moved", to=to)
    return Verdict(state="alive")


_GONE: Final = (404, 410)


def _with_fragment(final: str, address: str) -> str:
    """The new address with the part after `#` of the old one, as browsers keep it."""
    fragment = urldefrag(address).fragment
    return f"{final}#{fragment}" if fragment else final


def _with_copies(
    asker: Asker, findings: Sequence[Finding], explainer: Explainer, settings: Settings
) -> tuple[Finding, ...]:
    """The findings, with a copy for each page that has none in the archive, or none any more."""
    sources = {source.id: source for source in explainer.sources}

    def needs_copy(finding: Finding) -> bool:
        source = sources[finding.link.source]
        if finding.link.field == "archive":
            return finding.verdict.state == "gone" and source.URL is not None
        return source.archive is None and (settings.copies_of_all or finding.verdict.state in ("gone", "moved"))

    def look_up(source: Source) -> Copy:
        return find_copy(asker, settings.archive_api, source.URL or "", _day_of(source))

    wanted = list(dict.fromkeys(each.link.source for each in findings if needs_copy(each)))
    found = map_by_host(look_up, [sources[id] for id in wanted], lambda source: settings.archive_api, settings.jobs)
    copies = dict(zip(wanted, found, strict=True))
    return tuple(replace(each, copy=copies[each.link.source]) if needs_copy(each) else each for each in findings)


def _day_of(source: Source) -> datetime.date | None:
    """The day near which a copy is wanted: the day it was read, or the last on which it can have been published."""
    read = source.accessed
    day = read or source.issued
    if day is None or (day.open_start and day.open_end):
        return None
    return day.first if day.open_end else day.last
