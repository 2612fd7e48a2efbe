"""Parses blocks of Markdown with Python-Markdown's own processors, but asks only those that a block could be for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from markdown import blockprocessors
from markdown.extensions import abbr, admonition, def_list, footnotes, md_in_html, tables
from markdown.util import STX

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from markdown.blockparser import BlockParser


def use_fewer_processors(parser: BlockParser) -> None:
    """Replace the loop over the processors of a parser, to which no more are added."""
    steps = [(each.test, each.run, *_NEEDS.get(type(each), ("", ""))) for each in parser.blockprocessors]
    parser.parseBlocks = partial(_parse_blocks, steps)  # type: ignore[method-assign]


_Step = tuple[Callable[..., Any], Callable[..., Any], str, str]


def _parse_blocks(steps: list[_Step], parent: Element, blocks: list[str]) -> None:
    """Like `BlockParser.parseBlocks`, which asks each processor."""
    while blocks:
        for test, run, needed, or_this in steps:
            block = blocks[0]
            if (needed in block or or_this in block) and test(parent, block) and run(parent, blocks) is not False:
                break


_NEEDS: Final[dict[type, tuple[str, str]]] = {
    # An admonition goes on in the blocks after it that are indented.
    admonition.AdmonitionProcessor: ("!!!", "    "),
    md_in_html.MarkdownInHtmlProcessor: (STX, STX),
    tables.TableProcessor: ("|", "|"),
    blockprocessors.HashHeaderProcessor: ("#", "#"),
    blockprocessors.SetextHeaderProcessor: ("\n=", "\n-"),
    def_list.DefListProcessor: (": ", ": "),
    blockprocessors.BlockQuoteProcessor: (">", ">"),
    footnotes.FootnoteBlockProcessor: ("]:", "]:"),
    abbr.AbbrBlockprocessor: ("*[", "*["),
    blockprocessors.ReferenceProcessor: ("]:", "]:"),
}
"""What is in each block that a processor does anything with: the one or the other. All blocks have an empty text."""
