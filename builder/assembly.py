"""The whole way from summaries to pages, in memory."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from builder.consistency import consistent
from builder.linking import Explainer, link
from builder.loading import SETTINGS_FILE, load
from builder.models import RECORDS
from builder.pages import Plan, plan
from builder.problems import Location, Problem, SummaryError
from builder.remembering import remember
from builder.words import Words, load_words

if TYPE_CHECKING:
    from builder.rendering import Page


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Inspected:
    """Summaries found to be in order: the explainer, the site's words, the pages planned, the warnings."""

    explainer: Explainer
    words: Words
    plans: tuple[Plan, ...]
    warnings: tuple[Problem, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many records of each kind there are."""
        return {kind.kind_name: len(getattr(self.explainer, kind.kind_name)) for kind in RECORDS}


@dataclass(frozen=True, kw_only=True, slots=True)
class Assembly:
    """Everything the builder writes, and what an editor should know."""

    pages: tuple[Page, ...]
    assets: dict[str, bytes]
    """Files by their path below docs/, all of them under data/."""

    warnings: tuple[Problem, ...]
    counts: dict[str, int]
    """How many records of each kind there are."""

    as_of: datetime.date
    """The last day the explainer speaks for."""


def inspect(project: Project, *, drafts: bool = False, as_of: datetime.date | None = None) -> Inspected:
    """Read and check the summaries, drafts left out unless asked for, as they are or as they stood on a day.

    Raises SummaryError with all problems of the step that failed.
    """
    summaries = load(project.summaries)
    summaries = summaries if drafts else summaries.published()
    explainer = link(summaries)
    warnings = (*explainer.warnings, *consistent(explainer))
    if as_of:
        summaries = remember(summaries, as_of)
        explainer = link(summaries)
    settings = explainer.settings
    words = load_words(project.templates / "words", settings.language, settings.words, explainer.origins[SETTINGS_FILE])
    plans = plan(explainer, words, lambda moment: link(remember(summaries, moment.date.first)))
    if stale := list(_nav_lines_without_page(project, {page.path for page in plans})):
        raise SummaryError(stale)
    return Inspected(explainer=explainer, words=words, plans=plans, warnings=warnings)


def assemble(project: Project, *, drafts: bool = False, as_of: datetime.date | None = None) -> Assembly:
    """Read, check and render everything; nothing is written. Raises as `inspect` does."""
    from builder.exports import exports
    from builder.rendering import render

    found = inspect(project, drafts=drafts, as_of=as_of)
    explainer = found.explainer
    return Assembly(
        pages=render(found.plans, explainer, found.words, project.templates, project.address),
        assets={
            **{f"data/{path}": data for path, data in explainer.files.items()},
            **exports(explainer, found.words, project.address),
        },
        warnings=found.warnings,
        counts=found.counts,
        as_of=explainer.settings.as_of.last,
    )


_NAV_LINE = re.compile(r"\s*-\s+(?:.+:\s+)?[\"']?(?P<page>[\w./-]+\.md)[\"']?\s*$")


def _nav_lines_without_page(project: Project, planned: set[str]) -> Iterator[Problem]:
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
