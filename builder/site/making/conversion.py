"""Converts the Markdown of a page to HTML as MkDocs does, with faster steps for what is ordinary.

What is private in MkDocs and Python-Markdown is used here and in the modules beside it, and nowhere else.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any, Final

import mkdocs.structure.pages
from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.extensions.md_in_html import HtmlBlockPreprocessor
from markdown.extensions.toc import TocTreeprocessor
from markdown.treeprocessors import InlineProcessor
from mkdocs.structure.pages import (
    Page,
    _ExtractAnchorsTreeprocessor,
    _ExtractTitleTreeprocessor,
    _RawHTMLPreprocessor,
    _RelativePathTreeprocessor,
)
from mkdocs.structure.toc import get_toc
from mkdocs.utils import get_relative_url

from builder.site.making.html_blocks import HtmlBlocks
from builder.site.making.inline_text import InlineText, use_faster_patterns
from builder.site.making.markdown_blocks import use_fewer_processors

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files


class Converter:
    """Converts pages with one configuration, which is not changed in between."""

    def __init__(self, config: MkDocsConfig) -> None:
        self.config = config
        self.md: Markdown | None = None
        """Python-Markdown, if it is as new and can be used for another page."""

        self.toc: TocTreeprocessor | None = None
        """What puts the table of contents on the page, if the marker for it is the usual one."""

        self.includes_files = False
        """Whether the last page may have text from other files on it, by `pymdownx.snippets`."""

    def convert(self, page: Page, files: Files) -> None:
        """Convert the Markdown of a page. The page then has what `Page.render` would have given it."""
        assert page.markdown is not None
        md, self.md = self.md or self._markdown(), None  # an error could leave it unfinished
        ids = _RawHTMLPreprocessor()
        anchors = _ExtractAnchorsTreeprocessor(page.file, files, self.config)
        links = _Links(page.file, files, self.config)
        title = _ExtractTitleTreeprocessor()
        for step in (ids, anchors, links, title):
            step._register(md)
        _use_html_blocks(md, ids)
        if self.toc:
            self.toc.marker = _MARKER if _MARKER in page.markdown else ""  # without a marker it need not look for it
        if "snippet" in md.preprocessors:
            snippets: Any = md.preprocessors["snippet"]
            self.includes_files = _SNIPPET in page.markdown or bool(snippets.auto_append)
        page.content = md.convert(page.markdown)
        page.toc = get_toc(getattr(md, "toc_tokens", []))
        page._title_from_render = title.title
        page.present_anchor_ids = anchors.present_anchor_ids | ids.present_anchor_ids
        if _LOG.getEffectiveLevel() > logging.DEBUG:
            page.links_to_anchors = links.links_to_anchors
        if _KNOWN.issuperset(self.config.markdown_extensions):
            self.md = md.reset()

    def _markdown(self) -> Markdown:
        md = Markdown(extensions=self.config.markdown_extensions, extension_configs=self.config.mdx_configs or {})
        if type(md.treeprocessors["inline"]) is InlineProcessor:
            use_faster_patterns(md)
            md.treeprocessors.register(InlineText(md), "inline", 20)
        if type(md.parser) is BlockParser:
            use_fewer_processors(md.parser)
        is_known = _KNOWN.issuperset(self.config.markdown_extensions)
        toc = md.treeprocessors["toc"] if is_known and "toc" in md.treeprocessors else None
        self.toc = toc if type(toc) is TocTreeprocessor and toc.marker == _MARKER else None
        return md


_LOG: Final = logging.getLogger(mkdocs.structure.pages.__name__)

_KNOWN: Final = frozenset(
    {"abbr", "admonition", "attr_list", "def_list", "fenced_code", "footnotes", "md_in_html", "sane_lists", "tables"}
    | {"toc"}
)
"""Extensions that are as new after Python-Markdown's `reset`, and add nothing to a page that is not in its Markdown."""


def _use_html_blocks(md: Markdown, ids: _RawHTMLPreprocessor) -> None:
    """Put our step for blocks of HTML in place of the two that it stands in for, if these follow each other."""
    blocks = md.preprocessors["html_block"]
    blocks = blocks.blocks if isinstance(blocks, HtmlBlocks) else blocks
    md.preprocessors.register(blocks, "html_block", 20)
    steps = list(md.preprocessors)
    # Between the two, another extension could change the page.
    if type(blocks) is HtmlBlockPreprocessor and steps.index(blocks) == steps.index(ids) + 1:
        md.preprocessors.deregister("mkdocs_raw_html")
        md.preprocessors.register(HtmlBlocks(md, ids, blocks), "html_block", 20)


_SNIPPET: Final = "-8<-"
"""What is in each line that includes a file."""

_MARKER: Final = "[TOC]"
"""Where a page has its table of contents, unless it is set otherwise."""


class _Links(_RelativePathTreeprocessor):
    """Turns links to files into links to pages. Most are plain, and lead to a page that there is."""

    def path_to_url(self, url: str) -> str:
        plain = _PLAIN_LINK.fullmatch(url)
        if plain is None:
            return super().path_to_url(url)
        path, mark, anchor = plain.groups()
        target = self.files.get_file_from_path(self._target_uri(self.file.src_uri, path))
        if target is None or target.inclusion.is_excluded():  # type: ignore[no-untyped-call]
            return super().path_to_url(url)
        if anchor:
            self.links_to_anchors.setdefault(target, {}).setdefault(anchor, url)
        return f"{get_relative_url(target.url, self.file.url)}{mark or ''}{anchor or ''}"


_PLAIN_LINK: Final = re.compile(r"((?:\.\./)*[a-z0-9][a-z0-9_/-]*\.md)(?:(#)([a-z0-9_-]+))?", re.ASCII)
"""The path of a file, and a place on its page."""
