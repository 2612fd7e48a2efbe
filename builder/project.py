"""Where an explainer lives, and the little of its mkdocs.yml that the builder reads by itself."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from builder.problems import Location, Problem


@dataclass(frozen=True, kw_only=True, slots=True)
class Project:
    """Where an explainer lives: the folder that holds mkdocs.yml."""

    root: Path

    @property
    def config(self) -> Path:
        return self.root / "mkdocs.yml"

    @property
    def summaries(self) -> Path:
        return self.root / "summaries"

    @property
    def templates(self) -> Path:
        return self.root / "templates"

    @property
    def docs(self) -> Path:
        return self.root / "docs"

    @property
    def schemas(self) -> Path:
        return self.root / "schemas"

    @property
    def site(self) -> Path:
        return self.root / "site"

    @property
    def address(self) -> str:
        """Where the site is to stand on the web, with a slash at its end: `site_url` of mkdocs.yml; empty if not said.

        A setting from the environment (`!ENV`) is read as MkDocs reads it.
        """
        lines = self.config.read_text(encoding="utf-8").splitlines() if self.config.is_file() else []
        said = next((match for line in lines if (match := _SITE_URL.match(line))), None)
        if said is None:
            return ""
        values = [value.strip("\"' ") for value in said["value"].strip("[] ").split(",")]
        if said["env"]:
            fallback = values.pop() if said["value"].startswith("[") and len(values) > 1 else ""
            values = [next((os.environ[name] for name in values if name in os.environ), fallback)]
        return f"{values[0].rstrip('/')}/" if values[0] else ""


_SITE_URL = re.compile(r"site_url:\s+(?P<env>!ENV\s+)?(?P<value>.*?)\s*(?:\s#.*)?$")


_NAV_LINE = re.compile(r"\s*-\s+(?:.+:\s+)?[\"']?(?P<page>[\w./-]+\.md)[\"']?\s*$")


def nav_lines_without_page(project: Project, planned: set[str]) -> Iterator[Problem]:
    """Lines of mkdocs.yml that name a page of a kind without records: MkDocs would only say that it is not there."""
    if not project.config.is_file():
        return
    for number, line in enumerate(project.config.read_text(encoding="utf-8").splitlines(), start=1):
        match = _NAV_LINE.match(line)
        if match and match["page"] not in planned and not _is_hand_written(project.docs / match["page"]):
            yield Problem(
                location=Location(project.config.name, number, match.start("page") + 1),
                rule="empty-page",
                message=f"the navigation names {match['page']}, and there is nothing to show on it",
                hint="take the line out",
            )


def _is_hand_written(page: Path) -> bool:
    return page.is_file() and "\nseal: " not in page.read_text(encoding="utf-8", errors="replace")[:200]
