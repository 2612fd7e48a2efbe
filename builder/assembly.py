"""The whole way from summaries to pages, in memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from builder.consistency import consistent
from builder.linking import Explainer, link
from builder.loading import SETTINGS_FILE, load
from builder.models import RECORDS
from builder.pages import plan
from builder.problems import Problem
from builder.rendering import Page, render
from builder.words import Words, load_words


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Assembly:
    """Everything the builder writes, and what an editor should know."""

    pages: tuple[Page, ...]
    assets: dict[str, bytes]
    """Files by their path below docs/, all of them under data/."""

    warnings: tuple[Problem, ...]
    counts: dict[str, int]
    """How many records of each kind there are."""


def inspect(project: Project) -> tuple[Explainer, Words, tuple[Problem, ...]]:
    """Read and check the summaries: the explainer, its words, and the warnings.

    Raises SummaryError with all problems of the step that failed.
    """
    explainer = link(load(project.summaries))
    warnings = (*explainer.warnings, *consistent(explainer))
    settings = explainer.settings
    words = load_words(
        project.templates / "words", settings.language, settings.words, explainer.origins[SETTINGS_FILE]
    )
    return explainer, words, warnings


def assemble(project: Project) -> Assembly:
    """Read, check, link and render everything; nothing is written. Raises as `inspect` does."""
    explainer, words, warnings = inspect(project)
    return Assembly(
        pages=render(plan(explainer, words), explainer, words, project.templates),
        assets={f"data/{path}": data for path, data in explainer.files.items()},
        warnings=warnings,
        counts={kind.kind_name: len(getattr(explainer, kind.kind_name)) for kind in RECORDS},
    )
