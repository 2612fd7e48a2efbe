"""Keys for the page cache: digests of everything that a page is made from."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from builder.pages import placeholders

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files


def digest(*of: object) -> str:
    """A key that is equal for equal values: JSON values, and anything else by its text."""
    return hashlib.blake2b(json.dumps(of, default=str).encode(), digest_size=20).hexdigest()


def versions() -> list[str]:
    """The versions of all code that shapes a page."""
    packages = [version(name) for name in ("mkdocs", "mkdocs-material", "markdown", "jinja2", "pymdown-extensions")]
    modules = (*sorted(Path(__file__).parent.glob("*.py")), Path(placeholders.__file__))
    return [sys.version, *packages, digest([module.read_text("utf-8") for module in modules])]


def settings(config: MkDocsConfig) -> object:
    """The plain values in mkdocs.yml, except where the site is written."""
    plugins = {name: getattr(plugin, "config", None) for name, plugin in config.plugins.items()}
    values = {name: value for name, value in config.items() if name not in ("site_dir", "plugins", "hooks")}
    return _plain([plugins, values])


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else type(value).__name__


def listing(files: Files) -> list[tuple[str, str, str]]:
    """Every file of the site: its source, its address, whether it is included."""
    return sorted((file.src_uri, file.url, file.inclusion.name) for file in files)


def theme(config: MkDocsConfig) -> list[object]:
    """The theme's settings, and the templates that override its own."""
    folder = Path(config.theme.custom_dir) if config.theme.custom_dir else None
    overrides = sorted(path for path in folder.rglob("*") if path.is_file()) if folder else []
    digests = [(str(path), hashlib.blake2b(path.read_bytes()).hexdigest()) for path in overrides]
    return [config.theme.name, _plain(dict(config.theme)), digests]


def outline(items: Sequence[Any]) -> list[object]:
    """Everything that a page may show of the navigation: titles, addresses, and the front matter of its pages."""
    return [
        [item.title, getattr(item, "url", None), _front_matter(item), outline(item.children or ())] for item in items
    ]


def _front_matter(item: Any) -> dict[str, object]:
    """A page's front matter. Of the seal, only whether there is one: it changes with every word of the page."""
    meta: dict[str, object] = getattr(item, "meta", {})
    return {name: name == "seal" or value for name, value in meta.items()}
