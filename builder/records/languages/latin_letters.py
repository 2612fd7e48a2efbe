"""Writes text of any script in the letters a to z, so that ids can be made from names."""

from __future__ import annotations

import re
import unicodedata

from builder.problems import folded


def in_latin_letters(text: str) -> str:
    """A text in lower case, in the letters a to z as far as they can stand for others, without accents and apostrophes.

    Scripts that write no vowels, such as Persian, get none.
    """
    return _WORD.sub(lambda word: _word_in_latin_letters(word[0]), _NOT_IN_WORDS.sub("", text))


def has_other_letters(text: str) -> bool:
    """Whether a text has letters of another script. Those that look Latin in a Latin word don't count."""
    return any(map(_is_of_other_script, _with_plain_letters(text)))


def _word_in_latin_letters(word: str) -> str:
    plain = _with_plain_letters(word)
    if not any(sign.isalnum() and not sign.isascii() for sign in plain):
        return plain
    from anyascii import anyascii

    # letters lose what makes them others if their marks are taken off first: й is no и
    whole = plain if not any(map(_is_of_other_script, plain)) else unicodedata.normalize("NFC", word)
    return _NOT_IN_WORDS.sub("", anyascii(whole).casefold())


def _with_plain_letters(text: str) -> str:
    """A text in lower case without accents. Letters of other scripts stay, unless they look Latin in a Latin word."""
    plain = folded(_NOT_IN_WORDS.sub("", text))
    return re.sub(r"\w*[a-z]\w*", lambda word: word[0].translate(_LOOKALIKES), plain)


def _is_of_other_script(letter: str) -> bool:
    return letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN ")


_WORD = re.compile(r"[^\s!-/:-@\[-`{-~–—]+")
_NOT_IN_WORDS = re.compile("[’'\u200c\u200d]")
"""Apostrophes, and what joins or separates letters without a space."""

_LOOKALIKES = str.maketrans("авеёіјкмнорсѕтухԁɡɩοαρυνικτχ", "abeeijkmhopcstyxdgioapuvikтx".replace("т", "t"))
"""Cyrillic and Greek letters that look like Latin ones, and those."""
