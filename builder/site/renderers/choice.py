"""The renderers that there are, and whether one is installed."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Final, Literal

from builder.problems import UsageError

Renderer = Literal["mkdocs", "properdocs", "zensical"]

NAMES: Final[Mapping[Renderer, str]] = {"mkdocs": "MkDocs", "properdocs": "ProperDocs", "zensical": "Zensical"}
"""The renderers, by the names of their packages: how they write their names."""


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
