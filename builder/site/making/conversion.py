"""Converts the Markdown of a page to HTML as MkDocs does, with faster steps for what is ordinary.

What is private in MkDocs and Python-Markdown is used here and in the modules beside it, and nowhere else.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import mkdocs.structure.pages
from markdown import Markdown
from markdown.extensions.md_in_html import HtmlBlockPreprocessor
from markdown.treeprocessors import InlineProcessor
from mkdocs.structure.pages import (
    Page,
    _ExtractAnchorsTreeprocessor,
    _ExtractTitleTreeprocessor,
    _RawHTMLPreprocessor,
    _RelativePathTreeprocessor,
)
from mkdocs.structure.toc import get_toc

from builder.site.making.html_blocks import HtmlBlocks
from builder.site.making.inline_text import InlineText, use_faster_patterns

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files


def convert(page: Page, config: MkDocsConfig, files: Files) -> None:
    """Convert the Markdown of a page. The page then has what `Page.render` would have given it."""
    assert page.markdown is not None
    md = Markdown(extensions=config.markdown_extensions, extension_configs=config.mdx_configs or {})
    ids = _RawHTMLPreprocessor()
    anchors = _ExtractAnchorsTreeprocessor(page.file, files, config)
    links = _RelativePathTreeprocessor(page.file, files, config)
    title = _ExtractTitleTreeprocessor()
    for step in (ids, anchors, links, title):
        step._register(md)
    _use_faster_steps(md, ids)
    page.content = md.convert(page.markdown)
    page.toc = get_toc(getattr(md, "toc_tokens", []))
    page._title_from_render = title.title
    page.present_anchor_ids = anchors.present_anchor_ids | ids.present_anchor_ids
    if _LOG.getEffectiveLevel() > logging.DEBUG:
        page.links_to_anchors = links.links_to_anchors


_LOG: Final = logging.getLogger(mkdocs.structure.pages.__name__)


def _use_faster_steps(md: Markdown, ids: _RawHTMLPreprocessor) -> None:
    """Put steps of ours in place of those that they stand in for, if no other extension has changed these."""
    steps = list(md.preprocessors)
    blocks = md.preprocessors["html_block"]
    # Between the two, another extension could change the page.
    if type(blocks) is HtmlBlockPreprocessor and steps.index(blocks) == steps.index(ids) + 1:
        md.preprocessors.deregister("mkdocs_raw_html")
        md.preprocessors.register(HtmlBlocks(md, ids, blocks), "html_block", 20)
    if type(md.treeprocessors["inline"]) is InlineProcessor:
        use_faster_patterns(md)
        md.treeprocessors.register(InlineText(md), "inline", 20)
