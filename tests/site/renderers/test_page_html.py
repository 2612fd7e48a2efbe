"""Addresses in HTML, as Zensical must find them so that they lead where they led."""

from __future__ import annotations

import pytest

from builder.site.renderers.page_html import from_file


@pytest.mark.parametrize(
    ("written", "changed"),
    [
        ('<a href="../../sources/#who">', '<a href="../sources/#who">'),
        ("<a class='x' href='../next/'>", "<a class='x' href='next/'>"),
        ('<a href="../">', '<a href=".">'),
        ("<img src=map.svg alt='href=x'>", "<img src=visit/map.svg alt='href=x'>"),
        ('<a href="part/2/">', '<a href="visit/part/2/">'),
    ],
)
def test_an_address_relative_to_a_page_is_made_relative_to_its_file(written: str, changed: str) -> None:
    assert from_file(written, "visit") == changed


@pytest.mark.parametrize(
    "html",
    [
        '<a href="#here">',
        '<a href="/top/">',
        '<a href="?q">',
        '<a href="">',
        '<a href="https://example.org/a">',
        '<a href="mailto:us@example.org">',
        '<a data-href="../x">',
        'a href="../x"',
        '&lt;a href="../x">',
    ],
)
def test_no_other_address_is_changed(html: str) -> None:
    assert from_file(html, "visit") == html
