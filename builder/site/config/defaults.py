"""The settings that the generated pages need and that mkdocs.yml may leave out: theme, extensions, strictness."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from builder.project import Project

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

PLUGIN: Final = "explainer"
"""The name of our plugin in mkdocs.yml."""

THEME: Final = "material"
"""The theme that ours extends."""

EXTENSIONS: Final = ("abbr", "admonition", "attr_list", "def_list", "footnotes", "md_in_html", "tables")
"""The extensions of Markdown that generated pages use."""

STYLE: Final = "assets/explainer.css"
"""The style sheet of our theme."""

LOOK: Final[Mapping[str, object]] = {
    "font": False,
    "favicon": "assets/mark.svg",
    "logo": "assets/mark.svg",
    "features": [
        "content.action.edit",
        "navigation.indexes",
        "navigation.top",
        "search.highlight",
        "search.suggest",
    ],
}
"""The theme's settings unless mkdocs.yml has others."""

SEPARATOR: Final = r"""&(?:amp|lt|gt);|[\s\u200b\-‐‑‒–—―_,;:!?¿¡=\[\](){}"'“”„‘’‚«»‹›`/|…·•&#،؛؟、。「」]+|\.(?!\d)"""
"""Where a word ends for the search: also at a bracket, a quotation mark, a dash or a slash."""


def add_defaults(config: MkDocsConfig, project: Project) -> None:
    """Add to the configuration what mkdocs.yml leaves out. Does nothing if our plugin is not in it, or a second time.

    The explainer's own templates/theme stands in for our theme, file by file.
    """
    if PLUGIN not in config.plugins:
        return
    written: Mapping[str, Any] = config.user_configs[0] if config.user_configs else {}
    if config.theme.name == THEME:
        _add_theme(config, project, written.get("theme"))
    config.markdown_extensions += [name for name in EXTENSIONS if name not in config.markdown_extensions]
    _report_every_broken_link(config, written.get("validation"))
    search: Any = config.plugins.get(f"{THEME}/search")
    if search and search.config.get("separator") is None:
        search.config["separator"] = SEPARATOR


def _add_theme(config: MkDocsConfig, project: Project, written: object) -> None:
    theme = config.theme
    chosen = written if isinstance(written, dict) else {}
    for name, value in LOOK.items():
        if name not in chosen:
            theme[name] = value
    folders = [str(folder / "theme") for folder in project.template_folders]
    given = [theme.custom_dir] if theme.custom_dir else []
    others = [folder for folder in theme.dirs if folder not in (*given, *folders)]
    theme.dirs = list(dict.fromkeys((*given, *folders, *others)))
    if STYLE not in config.extra_css:
        config.extra_css = [STYLE, *config.extra_css]


def _report_every_broken_link(config: MkDocsConfig, written: object) -> None:
    """Have MkDocs warn, which stops a build, where its default is to inform, unless mkdocs.yml decides otherwise."""
    chosen = written if isinstance(written, dict) else {}
    if "nav" not in chosen and "links" not in chosen and chosen:
        return  # one level for everything
    for group, levels in (("nav", config.validation.nav), ("links", config.validation.links)):
        for name in levels:
            if name not in (chosen.get(group) or {}):
                levels[name] = logging.WARNING
