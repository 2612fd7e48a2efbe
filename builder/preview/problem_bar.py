"""The bar at the foot of each previewed page: what is wrong, grouped by file, and what is held back because of it."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from builder.parsing.source_lines import SourceLines
from builder.problems import MAX_SHOWN, Location, Problem, visible
from builder.problems import report as as_lines
from builder.site.plugins.repository_links import editor_address


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What an editor should know about the site in the preview."""

    problems: tuple[Problem, ...] = ()
    """Errors and warnings."""

    failure: str = ""
    """What is wrong, if that has no place in a file."""

    is_stuck: bool = False
    """Whether no page follows edits until the problems are fixed."""

    held_back: Mapping[str, str] = field(default_factory=dict)
    """How a file is shown that can't be shown as it is, such as ` is shown as it was at 14:03`, by path."""

    lines: Mapping[Location, str] = field(default_factory=dict)
    """The line of the file at each problem, where it can be shown."""

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that have to be fixed."""
        return tuple(problem for problem in self.problems if not problem.warning)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The problems that may stay."""
        return tuple(problem for problem in self.problems if problem.warning)

    @property
    def text(self) -> str:
        """What has to be fixed and what is held back, for a terminal. Empty if all is well."""
        held = (f"{visible(path)}{how}{self.count_in(path)}." for path, how in self.held_back.items())
        lines = [self.failure, as_lines(self.errors), *held, _STUCK if self.is_stuck else ""]
        return "\n".join(line for line in lines if line)

    def count_in(self, path: str) -> str:
        """How many problems a file has, after a colon. Empty if it has none."""
        found = {problem for problem in self.problems if problem.location.path == path}
        word = "warning" if all(problem.warning for problem in found) else "problem"
        return f": {_number(len(found), word)}" if found else ""

    @property
    def count(self) -> str:
        """How many problems there are, in words; how many warnings if there is no problem. Empty if all is well."""
        if errors := len(self.errors) + bool(self.failure):
            return _number(errors, "problem")
        return _number(len(self.warnings), "warning") if self.warnings else ""


_STUCK: Final = "The pages stay unchanged."


def with_lines(report: Report, root: Path) -> Report:
    """The report with the line of the file at each problem. `root` is the explainer's folder."""
    source = SourceLines(root)
    lines = {problem.location: source.at(problem.location).strip() for problem in _shown(report)}
    return replace(report, lines={location: line[:_WIDTH] for location, line in lines.items() if line})


_WIDTH: Final = 200
"""How many characters of a line are shown."""


def as_bar(report: Report, root: Path | None, rules: str) -> str:
    """The report as HTML; empty if there is nothing to report.

    With `root`, the explainer's folder, each problem has a link that opens the file in a text editor. `rules` is the
    address of the page about rules; empty if there is none.
    """
    if not (report.problems or report.failure or report.held_back):
        return ""
    shown = _shown(report)
    paths = dict.fromkeys([*(problem.location.path for problem in shown), *report.held_back])
    files = "".join(
        _file(path, [problem for problem in shown if problem.location.path == path], report, root, rules)
        for path in paths
    )
    rest = len(set(report.problems)) - len(shown)
    failure = f"<pre>{html.escape(report.failure)}</pre>" if report.failure else ""
    notes = f"<p>... and {rest} more</p>" if rest else ""
    notes += f"<p>{_STUCK}</p>" if report.is_stuck else ""
    is_open = " open" if report.errors or report.failure else ""
    return (
        '<section class="preview-bar" role="region" aria-label="Problems" aria-live="polite" tabindex="0" lang="en">'
        f"<style>{_STYLE}</style><details{is_open}><summary><strong>{_heading(report)}</strong></summary>"
        f"{failure}{files}{notes}</details></section>\n"
    )


def _shown(report: Report) -> list[Problem]:
    return sorted(set(report.problems), key=lambda problem: (problem.warning, problem))[:MAX_SHOWN]


def _heading(report: Report) -> str:
    errors = len(report.errors) + bool(report.failure)
    to_fix = f"{_number(errors, 'problem')} to fix" if errors else ""
    warnings = _number(len(report.warnings), "warning") if report.warnings else ""
    return ", ".join(part for part in (to_fix, warnings) if part) or "Some files are not shown as they are"


def _number(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _file(path: str, problems: list[Problem], report: Report, root: Path | None, rules: str) -> str:
    """The problems in one file, and how it is shown meanwhile."""
    name = f"<code>{html.escape(visible(path))}</code>{html.escape(report.held_back.get(path, ''))}"
    if not problems:
        return f"<p>{name}</p>"
    items = "".join(_item(problem, report.lines.get(problem.location, ""), root, rules) for problem in problems)
    return f"<details open><summary>{name}{report.count_in(path)}</summary><ul>{items}</ul></details>"


def _item(problem: Problem, line: str, root: Path | None, rules: str) -> str:
    place = problem.location
    at = f"line {place.line}, column {place.column}"
    if root:
        address = editor_address(root / place.path, place.line, place.column)
        at = f'<a href="{html.escape(address)}">{at}</a>'
    kind = "warning: " if problem.warning else ""
    hint = f" ({problem.hint})" if problem.hint else ""
    said = html.escape(kind + visible(problem.message + hint))
    rule = html.escape(problem.rule)
    rule = f'<a href="{html.escape(rules)}#{rule}">{rule}</a>' if rules else rule
    quoted = f"<pre>{html.escape(visible(line))}</pre>" if line else ""
    return f"<li>{at}: {said} [{rule}]{quoted}</li>"


_STYLE: Final = (
    ".preview-bar{position:fixed;inset:auto 0 0 0;z-index:99;max-height:45vh;overflow:auto;padding:.6rem 1rem;"
    "background:#fff;color:#1f1f1f;border-top:.2rem solid #b3261e;font-size:.7rem;line-height:1.5;text-align:start}"
    ".preview-bar a{color:#0b57d0;text-decoration:underline}"
    ".preview-bar summary{cursor:pointer}.preview-bar ul{margin:.2rem 0 .4rem;padding-inline-start:1.4rem}"
    ".preview-bar details details{margin-block-start:.3rem}"
    ".preview-bar pre{margin:.1rem 0 .3rem;white-space:pre-wrap;overflow-wrap:anywhere;font-size:.65rem}"
    ".preview-bar a:focus-visible,.preview-bar summary:focus-visible{outline:.1rem solid currentcolor}"
    '[data-md-color-scheme="slate"] .preview-bar{background:#1c1d22;color:#e6e6e9;border-color:#f2b8b5;'
    "color-scheme:dark}"
    '[data-md-color-scheme="slate"] .preview-bar a{color:#a8c7fa}'
    "@media (prefers-color-scheme:dark){body:not([data-md-color-scheme]) .preview-bar{background:#1c1d22;"
    "color:#e6e6e9;border-color:#f2b8b5}body:not([data-md-color-scheme]) .preview-bar a{color:#a8c7fa}}"
    "@media print{.preview-bar{display:none}}"
)
