"""The first letters by which long lists of names are divided."""

from __future__ import annotations

import unicodedata
from typing import Final

DIGITS: Final = "0-9"
OTHER: Final = "other"


def letter_of(name: str) -> str:
    """The key of the first letter of a name, for the address of a page: `a` to `z`, `0-9`, `other`, or `u` and the
    number of the letter in Unicode. Accents make no difference. Of a Korean syllable, it is the first consonant.
    """
    first = next((sign for sign in unicodedata.normalize("NFKD", name).casefold() if sign.isalnum()), "")
    if not first:
        return OTHER
    if first.isdigit():
        return DIGITS
    if "a" <= first <= "z":
        return first
    spelled = unicodedata.name(first, "")
    if spelled.startswith("HANGUL CHOSEONG "):  # part of a syllable; readers know it as a letter
        first = unicodedata.lookup(spelled.replace("CHOSEONG", "LETTER", 1))
    return f"u{ord(first):04x}"


def letter_as_shown(key: str) -> str:
    """The letter as readers know it."""
    if key == DIGITS:
        return "0–9"
    if key == OTHER:
        return "…"
    return (chr(int(key[1:], 16)) if len(key) > 1 else key).upper()
