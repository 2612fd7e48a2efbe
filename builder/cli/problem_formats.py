"""Prints problems as text for a terminal, as JSON for programs, and for the annotations, log and summary of GitHub."""

from __future__ import annotations

import json
import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote

from builder.parsing.source_lines import SourceLines
from builder.problems import MAX_SHOWN, Problem, visible
from builder.records.safe_text import escaped

Format = Literal["text", "json", "github"]

JSON_VERSION: Final = 1
"""Increases when a field of the JSON changes its meaning or is removed, but not when one is added."""

WIDTH: Final = 100
"""How many columns of a file's line are shown below a problem."""

_OF_AN_EXPLAINER: Final = {"mkdocs.yml", "summaries", "docs", "templates"}
"""What paths in an explainer begin with. Other paths, such as that of a file to import, are as the user typed them."""

_RED, _YELLOW, _BOLD, _FAINT = "31;1", "33;1", "1", "2"


def as_json(problems: Iterable[Problem]) -> str:
    """All problems as one JSON object: `version`, and `problems` sorted by location."""
    entries = [
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
    return json.dumps({"version": JSON_VERSION, "problems": entries}, indent=2, ensure_ascii=True)


def as_github(problems: Iterable[Problem], folder: str = "") -> str:
    """Each problem as a GitHub workflow command, which GitHub shows at the line in a pull request.

    `folder` is the explainer's path in the repository. Text is escaped, so that it can't end or start a command:
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


def as_log(problems: Iterable[Problem], folder: str = "") -> str:
    """Every problem as text for the log of GitHub Actions, because GitHub shows only ten annotations of each kind.

    Until the last line, the runner takes no line for a command: text could hold one such as `##[add-mask]`.
    """
    token = secrets.token_hex(16)
    lines = (_line(problem, _plain, folder) for problem in sorted(set(problems)))
    return "\n".join([f"::stop-commands::{token}", *lines, f"::{token}::"])


def as_markdown(problems: Iterable[Problem], folder: str = "", files: str = "") -> str:
    """Every problem as a list item with a link to its line. All text shows as typed.

    `files` is the web address of the repository's files at the commit that was checked; without it there are no links.
    A summary of GitHub Actions has at most a mebibyte, so what is beyond SUMMARY_BYTES is only counted.
    """
    ordered = sorted(set(problems))
    counted = f"{len(ordered)} {'problem' if len(ordered) == 1 else 'problems'}"
    text = f"### {counted}\n\n"
    for number, problem in enumerate(ordered):
        item = _item(problem, folder, files)
        if len(text.encode()) + len(item.encode()) > SUMMARY_BYTES:
            return f"{text}- ... and {len(ordered) - number} more: see the log\n"
        text += item
    return text


SUMMARY_BYTES: Final = 900_000


def _item(problem: Problem, folder: str, files: str) -> str:
    place = problem.location
    path = f"{folder}/{place.path}" if folder else place.path
    shown = escaped(f"{visible(path)}:{place.line}:{place.column}")
    where = f"[{shown}]({files}/{quote(path)}#L{place.line})" if files else shown
    hint = f" ({problem.hint})" if problem.hint else ""
    kind = "warning: " if problem.warning else ""
    return f"- {where}: {escaped(visible(f'{kind}{problem.message}{hint} [{problem.rule}]'))}\n"


_IN_TEXT = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_FIELD = _IN_TEXT | {":": "%3A", ",": "%2C"}


def _escaped(text: str, escapes: dict[str, str]) -> str:
    return "".join(escapes.get(char, char) for char in text)


def as_text(problems: Iterable[Problem], root: Path | None = None, *, colour: bool = False, folder: str = "") -> str:
    """One line for each problem, up to MAX_SHOWN, then how many more there are.

    With `root`, each is followed by its line in the file, with the place marked. `folder` is the explainer's path from
    the current folder; it comes before the path of each file of the explainer.
    """
    ordered = sorted(set(problems))
    paint = _coloured if colour else _plain
    quote = partial(_excerpt, lines=SourceLines(root), paint=paint) if root else None
    lines = [_line(problem, paint, folder) + (quote(problem) if quote else "") for problem in ordered[:MAX_SHOWN]]
    if len(ordered) > MAX_SHOWN:
        lines.append(f"... and {len(ordered) - MAX_SHOWN} more")
    return "\n".join(lines)


def _plain(text: str, colour: str) -> str:
    return text


def _coloured(text: str, colour: str) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m"


def _line(problem: Problem, paint: Callable[[str, str], str], folder: str) -> str:
    """Same as `Problem.__str__`, with the location, the kind and the rule in colour, and the path below `folder`."""
    place, rule = f"{problem.location}: ", f" [{problem.rule}]"
    kind = "warning: " if problem.warning else ""
    text = str(problem).removeprefix(place + kind).removesuffix(rule)
    if folder and problem.location.path.partition("/")[0] in _OF_AN_EXPLAINER:
        place = f"{visible(folder)}/{place}"
    return paint(place, _BOLD) + (paint(kind, _YELLOW) if kind else "") + text + paint(rule, _FAINT)


def _excerpt(problem: Problem, lines: SourceLines, paint: Callable[[str, str], str]) -> str:
    """The problem's line in the file, with the place marked below it; empty if the line can't be shown."""
    line = lines.at(problem.location)
    if not line.strip():
        return ""
    at = min(problem.location.column - 1, len(line))
    length = _marked_length(problem.message, line[at:])
    start = max(0, at - WIDTH // 2) if len(line) > WIDTH else 0
    before, found, after = (visible(part) for part in (line[start:at], line[at : at + length], line[at + length :]))
    before = ("..." if start else "") + before
    room = max(0, WIDTH - len(before + found))
    shown = before + found + (after if len(after) <= room else f"{after[:room]}...")
    number = f"{problem.location.line:>5} | "
    mark = " " * _columns(before) + paint("^" * max(1, _columns(found)), _YELLOW if problem.warning else _RED)
    return f"\n{paint(number, _FAINT)}{shown}\n{paint(' ' * 5 + ' | ', _FAINT)}{mark}"


def _marked_length(message: str, rest: str) -> int:
    """How many characters to mark: the text quoted in the message if it is there, otherwise one."""
    for quoted in re.findall(r"'([^']+)'", message):
        if rest.startswith(quoted):
            return min(len(quoted), WIDTH // 2)
    return 1


def _columns(text: str) -> int:
    """How many terminal columns a text takes: wide characters take two, combining marks none."""
    return sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text)
