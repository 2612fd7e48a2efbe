"""Converts the Markdown of a page to HTML as MkDocs does, and faster if there is nothing unusual on the page.

What is private in MkDocs and Python-Markdown is used here and in the modules beside it, and nowhere else.
"""

from __future__ import annotations

import logging
import posixpath
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import mkdocs.structure.pages
from mkdocs.structure.pages import Page, _RelativePathTreeprocessor
from mkdocs.structure.toc import get_toc
from mkdocs.utils import get_relative_url

from builder.site.config.defaults import EXTENSIONS
from builder.site.making.markdown_blocks import convert as convert_plain
from builder.site.making.markdown_text import UnusualError

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files


def convert(page: Page, files: Files, config: MkDocsConfig) -> None:
    """Convert the Markdown of a page. The page then has what `Page.render` gives it."""
    assert page.markdown is not None
    links = _Links(page.file, files, config)
    try:
        found = convert_plain(page.markdown, links.path_to_url) if _is_ordinary(config) else None
    except UnusualError:
        found = None
    if found is None:
        Page.render(page, config, files)
        return
    page.content = found.html
    page.toc = get_toc(found.contents)
    page._title_from_render = found.title
    page.present_anchor_ids = found.ids  # type: ignore[assignment]
    if _LOG.getEffectiveLevel() > logging.DEBUG:
        page.links_to_anchors = links.links_to_anchors


def includes_files(page: Page, config: MkDocsConfig) -> bool:
    """Whether a page may have text from other files on it, by `pymdownx.snippets`."""
    if not any("snippets" in name for name in config.markdown_extensions):
        return False
    given = config.mdx_configs.get("pymdownx.snippets") or {}
    return _SNIPPET in (page.markdown or "") or bool(given.get("auto_append"))


def _is_ordinary(config: MkDocsConfig) -> bool:
    """Whether Python-Markdown has the extensions that generated pages use, with their usual settings."""
    given = {name: settings for name, settings in config.mdx_configs.items() if settings}
    return set(config.markdown_extensions) == _ORDINARY and given in ({}, {"toc": {"permalink": False}})


_LOG: Final = logging.getLogger(mkdocs.structure.pages.__name__)

_ORDINARY: Final = frozenset({*EXTENSIONS, "fenced_code", "toc"})
"""The extensions, with those that MkDocs always uses."""

_SNIPPET: Final = "-8<-"
"""What is in each line that includes a file."""


class _Links(_RelativePathTreeprocessor):
    """Turns links to files into links to pages. Most are plain, and lead to a page that there is."""

    def path_to_url(self, url: str) -> str:
        plain = _PLAIN_LINK.fullmatch(url)
        if plain is None:
            return super().path_to_url(url)
        path, mark, anchor = plain.groups()
        target = self.files.get_file_from_path(_target(posixpath.dirname(self.file.src_uri), path))
        if target is None or target.inclusion.is_excluded():  # type: ignore[no-untyped-call]
            return super().path_to_url(url)
        if anchor:
            self.links_to_anchors.setdefault(target, {}).setdefault(anchor, url)
        return f"{get_relative_url(target.url, self.file.url)}{mark or ''}{anchor or ''}"


@lru_cache(maxsize=20_000)
def _target(folder: str, path: str) -> str:
    """The path that a link in a folder leads to."""
    return posixpath.normpath(f"{folder}/{path}".lstrip("/"))


_PLAIN_LINK: Final = re.compile(r"((?:\.\./)*[a-z0-9][a-z0-9_/-]*\.md)(?:(#)([a-z0-9_-]+))?", re.ASCII)
"""The path of a file, and a place on its page."""
