"""Formats reports for a terminal, as Markdown in which everything an editor typed is escaped, and for JSON."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import quote

from builder.checks.quality.findings import RULES, Finding, Report, findings
from builder.problems import MAX_SHOWN, visible
from builder.records.safe_text import escaped

if TYPE_CHECKING:
    from builder.reports.diff import Comparison, Named
    from builder.reports.sentences import Cited, Rewritten, Sentences


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line, the links at its end, and the lines that belong to it."""

    text: str
    links: tuple[Cited, ...] = ()
    below: tuple[Line, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A heading with lines below it. Lines beyond `at_most` are only counted."""

    title: str
    lines: tuple[str | Line, ...]
    at_most: int = MAX_SHOWN


def as_text(opening: Sequence[str], sections: Sequence[Section]) -> str:
    """Format sections for a terminal."""
    blocks = ["\n".join(visible(line) for line in opening)]
    for section in sections:
        lines = (line for each in _shortened(section) for line in _in_text(each, "  "))
        blocks.append("\n".join([visible(section.title), *lines]))
    return "\n\n".join(blocks) + "\n"


def as_markdown(opening: Sequence[str], sections: Sequence[Section]) -> str:
    """Format sections as Markdown that shows all text as typed."""
    blocks = ["\n\n".join(escaped(visible(line)) for line in opening)]
    for section in sections:
        lines = "\n".join(line for each in _shortened(section) for line in _in_markdown(each, ""))
        blocks.append(f"### {escaped(visible(section.title))}\n\n{lines}")
    return "\n\n".join(blocks) + "\n"


def _shortened(section: Section) -> Iterator[Line]:
    for line in section.lines[: section.at_most]:
        yield line if isinstance(line, Line) else Line(text=line)
    if len(section.lines) > section.at_most:
        yield Line(text=f"... and {len(section.lines) - section.at_most} more")


def _in_text(line: Line, margin: str) -> Iterator[str]:
    links = (f"{link.citation} {link.address}".rstrip() for link in line.links)
    yield f"{margin}{visible(line.text + ', '.join(links))}"
    for each in line.below:
        yield from _in_text(each, f"{margin}  ")


def _in_markdown(line: Line, margin: str) -> Iterator[str]:
    yield f"{margin}- {escaped(visible(line.text))}{', '.join(map(_link, line.links))}"
    for each in line.below:
        yield from _in_markdown(each, f"{margin}  ")


def _link(cited: Cited) -> str:
    """A citation as a link to its source. An address is not checked yet, so only plain web addresses become links."""
    text = escaped(visible(cited.citation))
    if not re.match(r"https?://[^/?#]", cited.address):
        return text
    return f"[{text}]({quote(cited.address, safe=_KEPT).replace('&', '&amp;')})"


_KEPT = "/:?#@!$&+,;=%~-._"
"""What stays as it is in the address of a link: it neither ends the link nor has a meaning in Markdown there."""


def opening_of(report: Report) -> tuple[str, ...]:
    """The first lines of a report: how much was found, its days, and what was counted."""
    covered = (
        f"{coverage.claims.source}: {len(coverage.claims.claims)} claims, {len(coverage.paragraphs)} paragraphs"
        for coverage in report.coverage
    )
    grounds = report.grounds
    main = f"; the main source is {grounds.main.id}" if grounds.main else ""
    return (
        _summed_up(findings(report)),
        f"The explainer speaks for {report.explainer.settings.as_of}; today is {report.today.isoformat()}.",
        f"{grounds.counted} statements were counted{main}.",
        *covered,
    )


def _summed_up(found: Sequence[Finding]) -> str:
    kinds = len({finding.rule for finding in found})
    if not found:
        return "Nothing is missing, out of date or thin."
    return f"{len(found)} finding{'' if len(found) == 1 else 's'} of {kinds} kind{'' if kinds == 1 else 's'}."


def sections_of(report: Report) -> tuple[Section, ...]:
    """A report by rule. First how many findings there are of each; then, for each source with a copy, its paragraphs
    with their claims.
    """
    by_rule = {rule: tuple(members) for rule, members in groupby(findings(report), key=lambda finding: finding.rule)}
    summary = tuple(f"{RULES[rule]}: {len(members)}" for rule, members in by_rule.items())
    return (
        *([Section(title="Summary", lines=summary)] if summary else []),
        *_side_by_side(report),
        *(_by_rule(rule, members) for rule, members in by_rule.items()),
    )


def _by_rule(rule: str, members: Sequence[Finding]) -> Section:
    lines = tuple(f"{finding.location}: {finding.text}" for finding in members)
    if rule in _COUNTED and len(members) > _FEW:
        files = sorted({finding.location.path for finding in members})
        lines = (f"{', '.join(files)}: to list all {len(members)}, run: python -m builder report --format json",)
    return Section(title=f"{RULES[rule]} ({len(members)}) [{rule}]", lines=lines)


_COUNTED = ("no-archive",)
"""Rules whose findings are only counted if there are more than a few: each is the same small task."""

_FEW = 5


def _side_by_side(report: Report) -> Iterator[Section]:
    for coverage in report.coverage:
        for paragraph in coverage.paragraphs:
            if paragraph.text is not None:
                lines = (f"{claim.id}: {report.explainer.plain(claim.text)}" for claim in paragraph.claims)
                title = f"{coverage.claims.source}, paragraph {paragraph.label}"
                yield Section(title=title, lines=(paragraph.text, *(tuple(lines) or ("no claim",))))


def as_data(report: Report) -> dict[str, object]:
    """A report as JSON values. Within one `format`, members are only ever added.

    - `format`: 1. `as_of`, `today`: days as 2019-12-31.
    - `sources`: those with claims, each with `id` and its `paragraphs`: `label`, the ids of its `claims`, and its
      `text`, or null without a copy of the source.
    - `statements`: how many were `counted`, and the id of the `main_source`, or null.
    - `counts`: how many findings there are of each rule that has any.
    - `findings`: `rule` (a key of RULES), `record` (an id, or null for the explainer's own file), `path`, `line`,
      `column`, `text`.
    """
    return {
        "format": 1,
        "as_of": str(report.explainer.settings.as_of),
        "today": report.today.isoformat(),
        "sources": [
            {
                "id": coverage.claims.source,
                "paragraphs": [
                    {
                        "label": str(paragraph.label),
                        "claims": [claim.id for claim in paragraph.claims],
                        "text": paragraph.text,
                    }
                    for paragraph in coverage.paragraphs
                ],
            }
            for coverage in report.coverage
        ],
        "statements": {
            "counted": report.grounds.counted,
            "main_source": report.grounds.main.id if report.grounds.main else None,
        },
        "counts": dict(Counter(finding.rule for finding in findings(report))),
        "findings": [
            {
                "rule": finding.rule,
                "record": finding.record,
                "path": finding.location.path,
                "line": finding.location.line,
                "column": finding.location.column,
                "text": finding.text,
            }
            for finding in findings(report)
        ],
    }


def opening_of_comparison(compared: Comparison | None, name: str) -> tuple[str, ...]:
    """The first line of a comparison: how much of the site changes. Without one, that there are problems."""
    if compared is None:
        return (f"Since {name}: pages, counts and addresses can't be compared until the problems are fixed.",)
    vanished, appeared, changed = (len(found) for found in (compared.vanished, compared.appeared, compared.changed))
    before, after = compared.as_of
    parts = [
        f"{changed} of {compared.pages} pages made from summaries {'changes' if changed == 1 else 'change'}"
        if changed
        else "",
        f"{appeared} {'page is' if appeared == 1 else 'pages are'} new" if appeared else "",
        f"{vanished} {'address vanishes' if vanished == 1 else 'addresses vanish'}" if vanished else "",
        f"every page speaks for {after} instead of {before}" if before != after else "",
    ]
    return (f"Since {name}: {'; '.join(filter(None, parts)) or 'nothing changes for readers'}.",)


def sections_of_comparison(compared: Comparison) -> tuple[tuple[Section, ...], tuple[Section, ...]]:
    """A comparison in two halves: what matters most, beginning with addresses that vanish; and lists of pages."""
    sources = [named for named in compared.added if named.kind == "sources"]
    others = [named for named in compared.added if named.kind != "sources"]
    first = [
        ("Addresses that vanish", compared.vanished),
        ("Renamed", (f"{_named(named)}, before: {old}" for named, old in compared.renamed)),
        ("Removed", map(_named, compared.removed)),
        ("Added", map(_named, others)),
        ("Sources added", map(_named, sources)),
        ("Changed", _changes(compared)),
        ("Meetings counted", _recounts(compared)),
        ("Records counted", (f"{total.kind}: {total.before} → {total.after}" for total in compared.totals)),
    ]
    return _filled(first), _filled([("New pages", compared.appeared), ("Changed pages", compared.changed)])


def _filled(sections: Sequence[tuple[str, Iterable[str]]]) -> tuple[Section, ...]:
    """The sections that have lines, with their number in the title."""
    counted = [(title, tuple(lines)) for title, lines in sections]
    return tuple(Section(title=f"{title} ({len(lines)})", lines=lines) for title, lines in counted if lines)


def sections_of_sentences(found: Sentences) -> tuple[Section, ...]:
    """What sentences were and are, each with the citations that are new, and the files that can't be read."""
    sections = (
        Section(title=f"Sentences ({len(found.rewritten)})", lines=tuple(map(_rewritten, found.rewritten))),
        Section(title=f"Files that can't be read ({len(found.unreadable)})", lines=found.unreadable),
    )
    return tuple(section for section in sections if section.lines)


def _rewritten(found: Rewritten) -> Line:
    below = []
    if found.before == found.after:
        below.append(Line(text=f"unchanged: {found.after}"))
    else:
        below += [Line(text=f"before: {found.before}")] if found.before else []
        below += [Line(text=f"after: {found.after}")] if found.after else []
    if found.after:
        below += [Line(text="cites now: ", links=found.cites_now)] if found.cites_now else []
        below += [Line(text="no longer cites: ", links=found.cites_no_more)] if found.cites_no_more else []
    return Line(text=f"{found.record}: {found.field}", below=tuple(below))


def _named(named: Named) -> str:
    return f"{named.kind}: {named.label} ({named.id})"


def _changes(compared: Comparison) -> Iterator[str]:
    """A line for each record or claim: first changed values, then the names of other changed fields."""
    for named, members in groupby(compared.changes, key=lambda change: change.of):
        changes = tuple(members)
        values = [
            f"{change.what}: {change.before or 'none'} → {change.after or 'none'}"
            for change in changes
            if change.before or change.after
        ]
        fields = ", ".join(change.what for change in changes if not (change.before or change.after))
        yield f"{_named(named)}: {'; '.join([*values, *([fields] if fields else [])])}"


def _recounts(compared: Comparison) -> Iterator[str]:
    for recount in compared.recounts:
        one, other = recount.pair
        yield f"{one.label} and {other.label}: {recount.before} → {recount.after}"


def data_of_comparison(compared: Comparison, sentences: Sentences) -> dict[str, object]:
    """A comparison as JSON values. Within one `format`, members are only ever added.

    - `format`: 1. `as_of`: `before` and `after`, days as 2019-12-31. `pages`: how many there are now.
    - `vanished`, `appeared`, `changed`: addresses from the site's root, such as `/visits/first-meeting/`.
    - `lost`: each vanished `address`, and the `command` that gives it an answer.
    - `renamed`: `kind`, `id` and `label` of each record with a new id, and the id `before`.
    - `removed`, `added`: `kind`, `id` and `label`; a claim's id is `source#claim`.
    - `changes`: `kind`, `id` and `label`; `what`; `before` and `after`, null for fields that hold more than one value.
    - `meetings`: the `pair` by their ids, `before` and `after`.
    - `totals`: how many records of a `kind` there are `before` and `after`, if that changed.
    - `sentences`: `record` (a path below summaries/ without ending; in a list, its kind, `#` and its id), `field`,
      `before` and `after` (empty if there is none), `cites_now` and `cites_no_more`: each a `citation` and the
      `address` of its source, which may be empty.
    """
    return {
        "format": 1,
        "as_of": {"before": compared.as_of[0], "after": compared.as_of[1]},
        "pages": compared.pages,
        "vanished": list(compared.vanished),
        "appeared": list(compared.appeared),
        "changed": list(compared.changed),
        "lost": [{"address": each.address, "command": each.command} for each in compared.lost],
        "renamed": [{**asdict(named), "before": before} for named, before in compared.renamed],
        "removed": [asdict(named) for named in compared.removed],
        "added": [asdict(named) for named in compared.added],
        "changes": [
            {**asdict(change.of), "what": change.what, "before": change.before, "after": change.after}
            for change in compared.changes
        ],
        "meetings": [
            {"pair": [named.id for named in recount.pair], "before": recount.before, "after": recount.after}
            for recount in compared.recounts
        ],
        "totals": [asdict(total) for total in compared.totals],
        "sentences": [asdict(found) for found in sentences.rewritten],
    }
