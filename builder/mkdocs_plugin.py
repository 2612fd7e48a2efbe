"""The plugin `explainer` for MkDocs, named in mkdocs.yml: what the hook does, and the builder's theme and settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority

from builder.project import Project
from builder.site import plain_mkdocs
from builder.site.config.defaults import add_defaults
from builder.site.config.other_plugins import has_hook

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig


class ExplainerPlugin(BasePlugin):  # type: ignore[type-arg, no-untyped-call]  # it has no settings
    """Brings the pages up to date before MkDocs reads them, and adds what mkdocs.yml leaves out."""

    on_startup = staticmethod(plain_mkdocs.on_startup)
    on_pre_build = staticmethod(plain_mkdocs.on_pre_build)
    on_post_build = staticmethod(plain_mkdocs.on_post_build)
    on_serve = staticmethod(plain_mkdocs.on_serve)
    on_shutdown = staticmethod(plain_mkdocs.on_shutdown)

    @event_priority(100)  # other plugins see the settings that we add
    def on_config(self, config: MkDocsConfig) -> None:
        """Add the settings. Raises PluginError if mkdocs.yml has the hook too, which would do everything twice."""
        if has_hook(config):
            raise PluginError("mkdocs.yml has the plugin 'explainer' and the hook, which do the same: remove the hook")
        add_defaults(config, Project(root=Path(config.config_file_path or "mkdocs.yml").absolute().parent))
        plain_mkdocs.on_config(config)
