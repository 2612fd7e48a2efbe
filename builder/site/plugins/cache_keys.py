"""Digests of everything that a page is made from."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import jinja2
import jinja2.meta
from mkdocs.utils import get_theme_dir

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File, Files


def digest(*of: object) -> str:
    """A key that is equal for equal values: JSON values, and anything else by its text."""
    return hashlib.blake2b(json.dumps(of, default=str).encode(), digest_size=20).hexdigest()


def settings(config: MkDocsConfig) -> object:
    """The plain values in mkdocs.yml, except in which folders the explainer is, and what is in the navigation."""
    plugins = {name: getattr(plugin, "config", None) for name, plugin in config.plugins.items()}
    left_out = ("config_file_path", "docs_dir", "site_dir", "plugins", "hooks", "nav", "not_in_nav")
    return _plain([plugins, {name: value for name, value in config.items() if name not in left_out}])


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else type(value).__name__


Target = list[str] | None
"""What a page needs to know of a file that it links to: its address, and whether it is included. None if not there."""


class TargetFiles:
    """The files of the site as a page sees them while it is converted. It remembers which were looked up."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.targets: dict[str, Target] = {}
        """What was found, by the path that was looked up."""

        self.includes_files = False
        """Whether the page may show text from other files."""

    def get_file_from_path(self, path: str) -> File | None:
        """Like the method of MkDocs's `Files`."""
        file = self.files.src_uris.get(path)
        if file is None:
            path = PurePath(path).as_posix()
            file = self.files.src_uris.get(path)
        self.targets[path] = [file.url, file.inclusion.name] if file else None
        return file

    def __iter__(self) -> Iterator[File]:
        return iter(self.files)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.files, name)


def theme(config: MkDocsConfig, env: jinja2.Environment, files: Files) -> list[object]:
    """The theme's settings, the templates that override its own and, if one of these uses it, the list of files."""
    folders = list(takewhile(lambda folder: folder != get_theme_dir(str(config.theme.name)), config.theme.dirs))
    overrides = {
        f"{number}/{path.relative_to(folder).as_posix()}": path
        for number, folder in enumerate(folders)
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file()
    }
    digests = [(name, hashlib.blake2b(path.read_bytes()).hexdigest()) for name, path in overrides.items()]
    lists_pages = any(_uses_pages(path, env) for path in overrides.values() if path.suffix == ".html")
    listing = sorted((file.src_uri, file.url, file.inclusion.name) for file in files) if lists_pages else None
    return [config.theme.name, _plain(dict(config.theme)), digests, listing]


def _uses_pages(template: Path, env: jinja2.Environment) -> bool:
    """Whether a template uses `pages`, the list of all pages. MkDocs will report one that can't be read."""
    try:
        text = template.read_text("utf-8")
        return bool(_PAGES.search(_COMMENT.sub("", text))) and "pages" in jinja2.meta.find_undeclared_variables(
            env.parse(text)
        )
    except (jinja2.TemplateError, UnicodeDecodeError):
        return True


_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_PAGES = re.compile(r"(?<![\w.])(?<!\w-)pages\b")
"""The name, but for an attribute `nav.pages` and a path such as `main-pages.html`."""


def outline(items: Sequence[Any]) -> list[object]:
    """Everything that a page may show of the navigation: titles, addresses, and the front matter of its pages."""
    return [
        [item.title, getattr(item, "url", None), _front_matter(item), outline(item.children or ())] for item in items
    ]


def _front_matter(item: Any) -> dict[str, object]:
    """A page's front matter. Of the seal, only whether there is one: it changes with every word of the page."""
    meta: dict[str, object] = getattr(item, "meta", {})
    return {name: name == "seal" or value for name, value in meta.items()}
