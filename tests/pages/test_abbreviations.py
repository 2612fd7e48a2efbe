"""Which terms a page uses: whole words, the longest at each place."""

from __future__ import annotations

import pytest

from builder.pages.parts.abbreviations import used_in

TERMS = ("line", "red line", "red", "red line–up", "état", "S-400", "A bomb")


@pytest.mark.parametrize(
    ("body", "used"),
    [
        ("The red line of the talks.", ["red line"]),
        ("A red line, then a line.", ["line", "red line"]),
        ("The red line–up and a red flag", ["red", "red line–up"]),
        ("The red line–upper", ["red line"]),
        ("Redlines, a line_up, lines, xline: none is a word of its own.", []),
        ("(line)[[état]] S-400", ["S-400", "line", "état"]),
        ("S-4000 and états", []),
        ("An A bomb, not a bomb or a US-A bombing.", ["A bomb"]),
        ("", []),
    ],
)
def test_a_page_uses_the_longest_term_that_stands_there_as_whole_words(body: str, used: list[str]) -> None:
    assert used_in(body, TERMS) == used


def test_without_terms_a_page_uses_none() -> None:
    assert used_in("A red line.", ()) == []
