"""An extension of Markdown for Zensical: leaves links in HTML as they are, and marks what the search must not read.

Zensical takes every relative address on a page as relative to the Markdown file. In MkDocs and in our pages, addresses
in HTML are relative to the page, as browsers take them.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any, Final

from markdown import Extension, Markdown
from markdown.postprocessors import Postprocessor

from builder.site.plugins.search_plugin import mark_unread


class _Links(Postprocessor):
    """Changes the HTML that stands in the Markdown, while it is still kept apart. It runs for headings too."""

    done = 0
    """How many pieces of HTML are changed already."""

    def run(self, text: str) -> str:
        path = PurePosixPath(_page(self.md).path)
        if path.stem not in ("index", "README"):  # the page is in a folder of its own, and the file is not
            kept = self.md.htmlStash.rawHtmlBlocks
            kept[self.done :] = [
                from_file(html, path.stem) if isinstance(html, str) else html for html in kept[self.done :]
            ]
            self.done = len(kept)
        return text


class _Marks(Postprocessor):
    def run(self, text: str) -> str:
        return mark_unread(text) if "seal" in _page(self.md).meta else text


def _page(md: Markdown) -> Any:
    """The page that Zensical is converting, with its path below docs/ and its front matter."""
    found: Any = md.preprocessors["rendering_context"]
    return found.page


def from_file(html: str, folder: str) -> str:
    """Change addresses relative to a page in `folder` into addresses relative to the file next to the folder."""

    def changed(attribute: re.Match[str]) -> str:
        address = attribute["address"]
        above = address.removeprefix("../")
        return f"{attribute['before']}{(above or '.') if above != address else f'{folder}/{address}'}"

    return _TAG.sub(lambda tag: _ADDRESS.sub(changed, tag[0]), html)


_TAG: Final = re.compile(r"<[a-zA-Z][^<>]*>")
_ADDRESS: Final = re.compile(
    r"""(?P<before>\s(?:href|src)=["']?)(?P<address>(?![a-z][a-z0-9+.-]*:|[/#?"'>])[^\s"'>]+)""", re.IGNORECASE
)
"""A relative address. Zensical changes no others."""


class PageHtml(Extension):
    """Adds both."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  # the name that Markdown calls
        """Add one before HTML is put back into the page, and the other after everything else."""
        md.postprocessors.register(_Links(md), "links_from_file", 1000)
        md.postprocessors.register(_Marks(md), "search_marks", -1000)


makeExtension = PageHtml  # noqa: N816  # the name that Markdown looks for
