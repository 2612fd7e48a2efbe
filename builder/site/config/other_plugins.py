"""Which plugins and hooks in mkdocs.yml are ours, and which of the others keep stored pages usable."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from builder.site.config.defaults import PLUGIN

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

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
