"""The renderers that there are, which one an explainer uses, and whether it is installed."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Final, Literal

from builder.problems import Location, Problem, SummaryError, UsageError, one_of
from builder.project import Project

Renderer = Literal["mkdocs", "properdocs", "zensical"]

NAMES: Final[Mapping[Renderer, str]] = {"mkdocs": "MkDocs", "properdocs": "ProperDocs", "zensical": "Zensical"}
"""The renderers, by the names of their packages: how they write their names."""

SETTING: Final = "renderer"
"""The key below `extra` in mkdocs.yml that says what renders the pages."""


def chosen(project: Project) -> Renderer:
    """The renderer that mkdocs.yml names; MkDocs if it names none. Raises SummaryError if there is no such renderer."""
    text = project.config.read_text(encoding="utf-8", errors="replace")
    if not re.search(rf"\b{SETTING}\b", text):  # to find out is quicker than to read YAML
        return "mkdocs"
    from builder.parsing.yaml_spans import texts_below

    problems = []
    for named, line, column in texts_below(text, "extra", SETTING):
        if known := next((renderer for renderer in NAMES if renderer == named), None):
            return known
        message, hint = f"unknown renderer '{named}'", one_of(named, NAMES)
        at = Location(project.config.name, line, column)
        problems.append(Problem(location=at, rule="unknown-word", message=message, hint=hint))
    if problems:
        raise SummaryError(problems)
    return "mkdocs"


def prepare(renderer: Renderer) -> None:
    """Get ready for a renderer. Call it before MkDocs is imported, because ProperDocs takes MkDocs's place.

    Raises UsageError if it is not installed.
    """
    if find_spec(renderer) is None:
        raise UsageError(
            f"{NAMES[renderer]} is not installed: install it with '{sys.executable} -m pip install {renderer}'"
        )
    if renderer == "properdocs" and not is_properdocs():
        if "mkdocs" in sys.modules:
            raise RuntimeError("MkDocs is imported already, so ProperDocs can't take its place")
        import_module("properdocs.replacement")  # every import of MkDocs now gives the same module of ProperDocs


def is_properdocs() -> bool:
    """Whether ProperDocs has taken the place of MkDocs."""
    return "properdocs.replacement" in sys.modules
