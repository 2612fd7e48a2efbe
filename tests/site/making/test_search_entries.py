"""Our reading of a page for the search finds the very entries that Material finds, whatever is on the page."""

from __future__ import annotations

import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from material.plugins.search.plugin import SearchIndex  # type: ignore[import-untyped]
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc

from builder.site.making.html_tokens import is_plain
from builder.site.making.search_entries import add_entries

PIECES = (Path(__file__).parent / "pieces.html").read_text("utf-8").split("\n%%\n")
"""Pieces of HTML, good and bad, that pages are put together from."""


def assert_same(html: str) -> None:
    token = {"level": 2, "id": "history", "name": "How it came about", "children": []}
    page = SimpleNamespace(meta={}, content=html, toc=get_toc(cast(Any, [token])), url="a/", title="A page")
    theirs, ours = SearchIndex(), SearchIndex()
    error = failure(SearchIndex.add_entry_from_context, theirs, page)
    assert failure(add_entries, ours, page) == error, html
    assert error or ours.entries == theirs.entries, html


def failure(add: Any, index: Any, page: SimpleNamespace) -> str:
    """What Material's parser fails with: an end tag without its start tag can confuse it."""
    try:
        add(index, cast(Page, page))
    except ValueError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("piece", PIECES)
def test_each_piece_alone_has_the_entries_that_material_finds(piece: str) -> None:
    assert_same(piece)
    assert_same(f'<h1 id="page_title">A page</h1>\n{piece}\n<p>after</p>')


@pytest.mark.parametrize("seed", range(4))
def test_any_page_has_the_entries_that_material_finds(seed: int) -> None:
    choose = random.Random(seed)
    for _ in range(400):
        pieces = choose.choices(PIECES, k=choose.randint(1, 8))
        assert_same("\n".join(piece[choose.random() < 0.1 :] for piece in pieces))


def test_most_pieces_are_read_in_the_faster_way() -> None:
    assert [is_plain(piece) for piece in PIECES].count(True) > len(PIECES) / 2
