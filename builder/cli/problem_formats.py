"""How problems are told: to an editor at a terminal, to a program as JSON, to GitHub as remarks on a change."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Final, Literal

from builder.parsing.discovery import read_bytes
from builder.problems import MAX_SHOWN, Location, Problem, SummaryError, visible

Format = Literal["text", "json", "github"]

JSON_VERSION: Final = 1
"""Raised when a field of the JSON changes its meaning or goes; new fields leave it as it is."""

WIDTH: Final = 100
"""Columns of a line of a file that are shown below a problem."""

_MOST_READ: Final = 2_000_000
_RED, _YELLOW, _BOLD, _FAINT = "31;1", "33;1", "1", "2"


def as_json(problems: Iterable[Problem]) -> str:
    """All problems as one JSON object: `version`, and `problems` in the order of the files."""
    told = [
        {
            "path": problem.location.path,
            "line": problem.location.line,
            "column": problem.location.column,
            "rule": problem.rule,
            "message": visible(problem.message),
            "hint": visible(problem.hint),
            "severity": "warning" if problem.warning else "error",
        }
        for problem in sorted(set(problems))
    ]
    return json.dumps({"version": JSON_VERSION, "problems": told}, indent=2, ensure_ascii=True)


def as_github(problems: Iterable[Problem], folder: str = "") -> str:
    """Each problem as a workflow command of GitHub, which shows it at its line of the change.

    `folder` leads from the root of the repository to the explainer. No text of an editor can end or begin a command:
    https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    lines = []
    for problem in sorted(set(problems)):
        place = problem.location
        fields = {
            "file": f"{folder}/{place.path}" if folder else place.path,
            "line": str(place.line),
            "col": str(place.column),
            "title": problem.rule,
        }
        written = ",".join(f"{name}={_escaped(value, _IN_FIELD)}" for name, value in fields.items())
        hint = f" ({problem.hint})" if problem.hint else ""
        kind = "warning" if problem.warning else "error"
        lines.append(f"::{kind} {written}::{_escaped(visible(problem.message + hint), _IN_TEXT)}")
    return "\n".join(lines)


_IN_TEXT = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_FIELD = _IN_TEXT | {":": "%3A", ",": "%2C"}


def _escaped(text: str, escapes: dict[str, str]) -> str:
    return "".join(escapes.get(char, char) for char in text)


def as_text(problems: Iterable[Problem], root: Path | None = None, *, colour: bool = False) -> str:
    """A line for each problem, the rest counted; with `root`, the line of the file beneath, and where in it."""
    ordered = sorted(set(problems))
    paint = _painted if colour else _plain
    quote = partial(_quoted, lines=_Lines(root), paint=paint) if root else None
    told = [_line(problem, paint) + (quote(problem) if quote else "") for problem in ordered[:MAX_SHOWN]]
    if len(ordered) > MAX_SHOWN:
        told.append(f"... and {len(ordered) - MAX_SHOWN} more")
    return "\n".join(told)


def _plain(text: str, colour: str) -> str:
    return text


def _painted(text: str, colour: str) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m"


def _line(problem: Problem, paint: Callable[[str, str], str]) -> str:
    """As `Problem.__str__`, with the place, the kind and the rule set off."""
    place, rule = f"{problem.location}: ", f" [{problem.rule}]"
    kind = "warning: " if problem.warning else ""
    told = str(problem).removeprefix(place + kind).removesuffix(rule)
    return paint(place, _BOLD) + (paint(kind, _YELLOW) if kind else "") + told + paint(rule, _FAINT)


def _quoted(problem: Problem, lines: _Lines, paint: Callable[[str, str], str]) -> str:
    """The line of the file and a mark below what is meant; nothing where there is no such line."""
    line = lines.at(problem.location)
    if not line.strip():
        return ""
    at = min(problem.location.column - 1, len(line))
    meant = _length_meant(problem.message, line[at:])
    start = max(0, at - WIDTH // 2) if len(line) > WIDTH else 0
    before, found, after = (visible(part) for part in (line[start:at], line[at : at + meant], line[at + meant :]))
    before = ("..." if start else "") + before
    room = max(0, WIDTH - len(before + found))
    shown = before + found + (after if len(after) <= room else f"{after[:room]}...")
    number = f"{problem.location.line:>5} | "
    mark = " " * _columns(before) + paint("^" * max(1, _columns(found)), _YELLOW if problem.warning else _RED)
    return f"\n{paint(number, _FAINT)}{shown}\n{paint(' ' * 5 + ' | ', _FAINT)}{mark}"


def _length_meant(message: str, rest: str) -> int:
    """How many characters are meant: those that the message quotes, or else one."""
    for quoted in re.findall(r"'([^']+)'", message):
        if rest.startswith(quoted):
            return min(len(quoted), WIDTH // 2)
    return 1


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes: wide characters take two, marks upon others none."""
    return sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


class _Lines:
    """The lines of the project's own files, each file read once."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.files: dict[str, list[str]] = {}

    def at(self, location: Location) -> str:
        """The line of a location; empty where it can't be shown."""
        if location.path not in self.files:
            self.files[location.path] = self._read(location.path)
        lines = self.files[location.path]
        return lines[location.line - 1] if 0 < location.line <= len(lines) else ""

    def _read(self, path: str) -> list[str]:
        file = (self.root / path).resolve()
        if not file.is_relative_to(self.root):
            return []
        try:
            data = read_bytes(file, path, _MOST_READ)
        except SummaryError:
            return []  # that it can't be read is what the problem says
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace")
        return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
