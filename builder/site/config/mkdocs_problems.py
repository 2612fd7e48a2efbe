"""What MkDocs finds wrong in mkdocs.yml and on pages, as problems at the line that each is about."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from builder.problems import Location, Problem
from builder.project import Project


class WarningLog(logging.Handler):
    """Collects MkDocs's warnings instead of printing them."""

    def __init__(self, project: Project) -> None:
        super().__init__(logging.WARNING)
        self.project = project
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())

    def problems(self, *, warning: bool = False) -> list[Problem]:
        """The messages as problems, located where the message points, else at the start of mkdocs.yml."""
        return [self._problem(message, warning) for message in dict.fromkeys(self.messages)]

    def _problem(self, message: str, warning: bool) -> Problem:
        quoted = re.findall(r"'([^']+)'", message)
        named = [*quoted, *re.findall(r"file: (\S+)", message)]
        page = next((name for name in named if name.endswith(".md") and (self.project.docs / name).is_file()), None)
        file = self.project.docs / page if page else self.project.config
        words = [name for name in quoted if name != page] if file != self.project.config else quoted
        line, column = position_of(file, words)
        path = file.relative_to(self.project.root).as_posix()
        text = _one_line(message)
        return Problem(location=Location(path, line, column), rule="mkdocs", message=text, warning=warning)


@contextmanager
def collected_warnings(project: Project) -> Iterator[WarningLog]:
    """Collect MkDocs's warnings until the block ends, or those of ProperDocs, whose plugins may use either name.

    MkDocs is not imported before, and prints no banners then.
    """
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    os.environ.setdefault("DISABLE_MKDOCS_2_WARNING", "true")
    log = WarningLog(project)
    loggers = [logging.getLogger(name) for name in ("mkdocs", "properdocs")]
    propagated = [logger.propagate for logger in loggers]
    for logger in loggers:
        logger.propagate = False
        logger.addHandler(log)
    try:
        yield log
    finally:
        for logger, before in zip(loggers, propagated, strict=True):
            logger.removeHandler(log)
            logger.propagate = before


def in_config(project: Project, message: str) -> Problem:
    """An error message of MkDocs as a problem in mkdocs.yml, at the line that it names."""
    place = re.search(r"line (\d+), column (\d+)", message)
    line, column = (int(place[1]), int(place[2])) if place else (1, 1)
    return Problem(location=Location(project.config.name, line, column), rule="mkdocs", message=_one_line(message))


def wrong_front_matter(project: Project, pages: Mapping[str, Mapping[str, object]]) -> Iterator[Problem]:
    """Find fields whose values MkDocs and its theme can't use. `pages` has the front matter by path below docs/."""
    for path, meta in pages.items():
        for name, value in meta.items():
            if name in _FRONT_MATTER and not isinstance(value, _FRONT_MATTER[name][0]):
                _, expected, hint = _FRONT_MATTER[name]
                file = project.docs / path
                location = Location(file.relative_to(project.root).as_posix(), *position_of(file, [name]))
                message = f"'{name}' is not {expected}"
                yield Problem(location=location, rule="front-matter", message=message, hint=hint)


_FRONT_MATTER: Final[Mapping[str, tuple[type | tuple[type, ...], str, str]]] = {
    "title": ((str, int, float), "a text", "put quotes round it"),
    "description": (str, "a text", "put quotes round it"),
    "template": (str, "a text", "name a file of the theme, such as main.html"),
    "icon": (str, "a text", "name an icon of the theme"),
    "status": (str, "a text", "name a status of the theme, such as new"),
    "hide": (list, "a list", "such as [navigation, toc]"),
    "tags": (list, "a list", "such as [talks, sanctions]"),
    "search": (dict, "a mapping", "such as {exclude: true} or {boost: 2}"),
}
"""Fields that MkDocs and its theme read: the types of their values, in words, and an example."""


def position_of(file: Path, words: list[str]) -> tuple[int, int]:
    """The line and column of the first of these words that is in a file, or 1 and 1."""
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines() if file.is_file() else []
    for word in words:
        whole = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
        for number, line in enumerate(lines, start=1):
            if match := whole.search(line):
                return number, match.start() + 1
    return 1, 1


def _one_line(message: str) -> str:
    return " ".join(message.split())
