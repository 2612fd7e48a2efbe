"""Which plugins and hooks in mkdocs.yml are ours, and which of the others keep stored pages usable."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from builder.problems import Location, Problem, visible
from builder.project import Project
from builder.site.config.defaults import PLUGIN
from builder.site.config.mkdocs_problems import position_of

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

    from builder.site.renderers.choice import Renderer

SEARCH: Final = frozenset({"search", "material/search"})
"""The names of MkDocs's own search and of Material's."""

HARMLESS: Final = frozenset({*SEARCH, PLUGIN, "exclude", "minify", "redirects"})
"""Plugins that work on the list of files or on finished pages, so that stored pages don't depend on them."""

_HOOK: Final = ("builder", "hook.py")


def is_hook(name: str) -> bool:
    """Whether a name below `hooks` is that of the builder's hook."""
    return Path(name).parts[-2:] == _HOOK


def has_hook(config: MkDocsConfig) -> bool:
    """Whether mkdocs.yml names the builder's hook."""
    return any(is_hook(str(name)) for name in config.hooks)


def unknown_plugins(config: MkDocsConfig) -> tuple[str, ...]:
    """The names of plugins and hooks that could change any page in ways that are not known here."""
    from builder.site.plugins import navigation_plugin, placeholder_plugin, search_plugin, whole_page_plugin

    ours = {each.NAME for each in (navigation_plugin, placeholder_plugin, search_plugin, whole_page_plugin)}
    return tuple(name for name in config.plugins if name not in ours | HARMLESS and not is_hook(name))


def plugin_warnings(config: MkDocsConfig, project: Project, renderer: Renderer) -> Iterator[Problem]:
    """A warning for each plugin or hook that the renderer makes slow, or does not run to the end."""
    if renderer == "mkdocs":
        yield from slow_plugins(config, project)
    if renderer == "zensical":
        found = "can change files and Markdown, but not the HTML, which Zensical makes"
        yield from _for_each_unknown(config, project, "zensical", found, "look at the pages that need it")


def slow_plugins(config: MkDocsConfig, project: Project) -> Iterator[Problem]:
    """A warning for each plugin or hook that makes every build render all pages again."""
    found = "could change any page, so every build renders all pages again"
    yield from _for_each_unknown(config, project, "slow-build", found, "remove it if you don't need it")


def _for_each_unknown(config: MkDocsConfig, project: Project, rule: str, found: str, hint: str) -> Iterator[Problem]:
    for name in unknown_plugins(config):
        yield Problem(
            location=Location(project.config.name, *position_of(project.config, [name])),
            rule=rule,
            message=f"'{visible(name)}' {found}",
            hint=hint,
            warning=True,
        )


def reads_other_files(config: MkDocsConfig, project: Project) -> bool:
    """Whether a build may read more than the explainer's own folders, or do what is not known here."""
    theme = Path(os.path.realpath(config.theme.custom_dir or project.templates))
    is_elsewhere = not theme.is_relative_to(os.path.realpath(project.templates))
    includes = any(name not in _ORDINARY for name in config.markdown_extensions)
    return is_elsewhere or includes or bool(unknown_plugins(config))


_ORDINARY: Final = frozenset(
    {"abbr", "admonition", "attr_list", "def_list", "fenced_code", "footnotes", "md_in_html", "sane_lists", "smarty"}
    | {"tables", "toc", "pymdownx.details", "pymdownx.highlight", "pymdownx.superfences", "pymdownx.tabbed"}
)
"""Extensions of Markdown that read no other file."""
