"""Formats what became of addresses: for a terminal, for the body of an issue, and for JSON.

Addresses come from summaries and from other servers. In Markdown they are code, in which GitHub sees no link, mention
or reference to an issue.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from builder.links.checking import STATES, Finding
from builder.problems import visible
from builder.reports.wording import Section
from builder.reports.wording import as_text as sections_as_text

MAX_BYTES: Final = 60_000
"""The length of the Markdown. GitHub accepts 65,536 characters in an issue."""

MAX_SHOWN_ADDRESS: Final = 300
"""How much of an address is shown in Markdown."""

_TITLES: Final = {
    "gone": "Gone",
    "moved": "Moved",
    "unsure": "Unsure",
    "alive": "Alive, without an archived copy so far",
}


def as_text(findings: Sequence[Finding]) -> str:
    """Format findings for a terminal: the counts, then every address that is not alive."""
    sections = [
        Section(title=title, lines=tuple(_line(finding, str) for finding in members))
        for title, members in _sections(findings)
    ]
    return sections_as_text((_opening(findings),), sections)


def as_markdown(findings: Sequence[Finding]) -> str:
    """Format findings as Markdown for an issue, at most MAX_BYTES long."""
    text = f"{_opening(findings)}\n"
    for title, members in _sections(findings):
        text += f"\n### {title}\n\n"
        for shown, finding in enumerate(members):
            line = f"- {_line(finding, _code)}\n"
            if len((text + line).encode()) > MAX_BYTES:
                text += f"- ... and {len(members) - shown} more\n"
                break
            text += line
    return text


def _opening(findings: Sequence[Finding]) -> str:
    if not findings:
        return "No source has an address."
    counts = Counter(finding.verdict.state for finding in findings)
    addresses = "1 address" if len(findings) == 1 else f"{len(findings)} addresses"
    number = len({finding.link.source for finding in findings})
    sources = "1 source" if number == 1 else f"{number} sources"
    states = ", ".join(f"{counts[state]} {state}" for state in STATES if counts[state])
    return f"Asked {addresses} of {sources}: {states}."


def _sections(findings: Sequence[Finding]) -> Iterator[tuple[str, Sequence[Finding]]]:
    """The title and the findings of each state. Of those that are alive, only the ones for which a copy was wanted."""
    for state in STATES:
        members = [each for each in findings if each.verdict.state == state and (state != "alive" or each.copy)]
        if members:
            yield f"{_TITLES[state]} ({len(members)})", members


def _line(finding: Finding, show: Callable[[str], str]) -> str:
    link, verdict, copy = finding.link, finding.verdict, finding.copy
    line = f"{show(str(link.location))}: {link.field} of {show(link.source)}, {show(link.address)}"
    if verdict.state == "moved":
        line += f": has moved to {show(verdict.to)}"
    elif verdict.reason:
        line += f": {verdict.reason}{f', {show(verdict.to)}' if verdict.to else ''}"
    if copy:
        line += f"; copy of {copy.day}: {show(copy.address)}" if copy.address else f"; {copy.missing}"
    return line


def _code(text: str) -> str:
    """A text as code in Markdown. Its fence is longer than any run of backticks in it."""
    shown = visible(text)
    shown = shown if len(shown) <= MAX_SHOWN_ADDRESS else f"{shown[:MAX_SHOWN_ADDRESS]}..."
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    return f"{fence}{shown}{fence}" if len(fence) == 1 else f"{fence} {shown} {fence}"


def as_data(findings: Sequence[Finding]) -> dict[str, object]:
    """Findings as JSON values. Within one `format`, members are only ever added.

    - `format`: 1. `counts`: how many addresses are `gone`, `moved`, `unsure` and `alive`.
    - `addresses`: the `source` by its id, the `field` (URL or archive), `path`, `line` and `column`, the `address`, its
      `state`, the `reason` and where it leads `to`, both empty if they don't apply, and the `copy` that was looked up,
      or null: `address` and `day`, both null if there is none, and why it is `missing`.
    """
    counts = Counter(finding.verdict.state for finding in findings)
    return {
        "format": 1,
        "counts": {state: counts[state] for state in STATES},
        "addresses": [
            {
                "source": each.link.source,
                "field": each.link.field,
                "path": each.link.location.path,
                "line": each.link.location.line,
                "column": each.link.location.column,
                "address": each.link.address,
                "state": each.verdict.state,
                "reason": each.verdict.reason,
                "to": each.verdict.to,
                "copy": each.copy
                and {
                    "address": each.copy.address or None,
                    "day": str(each.copy.day) if each.copy.day else None,
                    "missing": each.copy.missing,
                },
            }
            for each in findings
        ],
    }
