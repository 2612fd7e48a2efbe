"""The words of a text, as the theme's search separates them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Final

_TAG: Final = re.compile(r"<[^>]*>")

_UNSPACED: Final = re.compile(
    "[\u0e01-\u0e3a\u0e40-\u0e4e\u0e80-\u0eff\u1000-\u109f\u1780-\u17d3"  # Thai, Lao, Burmese, Khmer
    "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"  # Japanese and Chinese
)
"""Letters of languages that put no spaces between words. `sharded.js` in the theme has the same ones."""


def word_splitter(separator: str) -> Callable[[str], list[str]] | None:
    """A function that returns the words of a text, as often as they are in it, in small letters.

    `separator` is the regular expression by which the search separates words, in JavaScript's syntax. None if Python
    can't read it. Where a language puts no spaces between words, each two neighbouring letters count as a word.
    """
    try:
        split = re.compile(separator).split
    except re.error:
        return None

    def words(text: str) -> list[str]:
        found = [part.lower() for part in split(_TAG.sub(" ", text)) if part]
        return found if text.isascii() else list(_spaced(found))

    return words


def _spaced(words: Iterable[str]) -> Iterator[str]:
    """The words, and in place of one that is written without spaces, the pieces between and each two of its letters."""
    for word in words:
        runs = [] if word.isascii() else _UNSPACED.findall(word)
        if runs:
            yield from (piece for piece in _UNSPACED.split(word) if piece)
            yield from (run[start : start + 2] for run in runs for start in range(len(run)))
        else:
            yield word


@lru_cache(maxsize=200_000)
def plain(word: str) -> str:
    """A word without accents, by which it is put in order."""
    if word.isascii():
        return word
    return "".join(letter for letter in unicodedata.normalize("NFD", word) if unicodedata.category(letter)[0] != "M")
