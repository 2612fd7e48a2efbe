"""What a page of the site is made from, told apart by keys: two that are equal were made from the same."""

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
    """A key that is equal for equal values: what JSON holds, and anything else by its text."""
    return hashlib.blake2b(json.dumps(of, default=str).encode(), digest_size=20).hexdigest()


def made_with() -> list[str]:
    """The versions of all that has a hand in a page."""
    packages = [version(name) for name in ("mkdocs", "mkdocs-material", "markdown", "jinja2", "pymdown-extensions")]
    own = [
        path.read_text("utf-8") for path in (*sorted(Path(__file__).parent.glob("*.py")), Path(placeholders.__file__))
    ]
    return [sys.version, *packages, digest(own)]


def settings(config: MkDocsConfig) -> object:
    """What mkdocs.yml says, as far as it is plain values. Where the site is written plays no part."""
    plugins = {name: getattr(plugin, "config", None) for name, plugin in config.plugins.items()}
    said = {name: value for name, value in config.items() if name not in ("site_dir", "plugins", "hooks")}
    return _plain([plugins, said])


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else type(value).__name__


def listing(files: Files) -> list[tuple[str, str, str]]:
    """Every file of the site: where it comes from, where it goes, whether it is shown."""
    return sorted((file.src_uri, file.url, file.inclusion.name) for file in files)


def theme(config: MkDocsConfig) -> list[object]:
    """The theme's settings, and the templates that stand in for its own."""
    own = Path(config.theme.custom_dir) if config.theme.custom_dir else None
    overrides = sorted(path for path in own.rglob("*") if path.is_file()) if own else []
    read = [(str(path), hashlib.blake2b(path.read_bytes()).hexdigest()) for path in overrides]
    return [config.theme.name, _plain(dict(config.theme)), read]


def outline(items: Sequence[Any]) -> list[object]:
    """The navigation as every page may show it: titles, addresses, and the front matter of the pages in it."""
    return [[item.title, getattr(item, "url", None), _fronts(item), outline(item.children or ())] for item in items]


def _fronts(item: Any) -> dict[str, object]:
    """A page's front matter, of its seal only that it is there: it changes with every word of the page."""
    meta: dict[str, object] = getattr(item, "meta", {})
    return {name: name == "seal" or value for name, value in meta.items()}
