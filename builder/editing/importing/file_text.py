"""Decodes the text of a file to import: UTF-8, UTF-16, and Windows-1252 where it can be nothing else."""

from __future__ import annotations

import codecs
import re

from builder.parsing.decoding import decode
from builder.problems import Location, Problem, SummaryError


def decoded(data: bytes, name: str) -> tuple[str, tuple[Problem, ...]]:
    """The text of a file with LF line endings, and a warning if its encoding was guessed.

    Raises SummaryError if the encoding is not certain.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _utf(data, encoding, name), ()
    if _LOOKS_LIKE_UTF_16.match(data):
        return _utf(data, "utf-16-be" if data[0] == 0 else "utf-16-le", name), ()
    try:
        return decode(data, name), ()
    except SummaryError:
        text = _windows(data)
        if text is None:
            raise
        found = "the file is not UTF-8, and was read as Windows-1252"
        hint = "check the letters with accents; saving as UTF-8 keeps every letter"
        return _with_line_feeds(text), (
            Problem(location=Location(name), rule="encoding", message=found, hint=hint, warning=True),
        )


_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""The marks at the start of files; that of UTF-32 starts with that of UTF-16."""

_LOOKS_LIKE_UTF_16 = re.compile(rb"(?:[\x20-\x7e]\x00){2}|(?:\x00[\x20-\x7e]){2}")


def _utf(data: bytes, encoding: str, name: str) -> str:
    try:
        return _with_line_feeds(data.decode(encoding).removeprefix("\ufeff"))
    except UnicodeDecodeError:
        found = f"the file is not whole: it starts like {encoding.upper()[:6]}"
        problem = Problem(location=Location(name), rule="encoding", message=found, hint="save it as UTF-8")
        raise SummaryError([problem]) from None


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _windows(data: bytes) -> str | None:
    """The text if it can only be Windows-1252: every other code page of Europe would read it the same, and letters with
    accents are among letters without.

    A text in Cyrillic or Greek has rows of letters above 0x7F, and in the code pages of DOS and of the Macintosh the
    letters stand where Windows has signs.
    """
    try:
        text, other = data.decode("cp1252"), data.decode("cp1250")
    except UnicodeDecodeError:
        return None
    foreign = [index for index, char in enumerate(text) if char > "\x7f"]
    if any(text[index] != other[index] for index in foreign):
        return None
    if any(not (text[index].isalpha() or text[index] in _SIGNS) for index in foreign):
        return None
    if _NOT_A_WORD.search(text):
        return None
    return text


_SIGNS = "€‚„…‰‹‘’“”•–—™› ¤§¨©«¬®°±´µ¶·¸»÷×"
_NOT_A_WORD = re.compile(r"[^\x00-\x7f\W\d_]{3}|[a-z][\u00c0-\u00de]|(?<![A-Za-z])[\u00df-\u00ff](?![A-Za-z])")
"""What no word of a Western language has: three letters with accents in a row, or a capital after a small letter."""
