"""Decodes a summary, and finds the characters that are not allowed in it."""

from __future__ import annotations

import bisect
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator

from builder.problems import Location, Problem, SummaryError

_DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = "\u00ad\u200b-\u200d\u2028\u2029\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
_NONCHARACTERS = "\ud800-\udfff\ufdd0-\ufdef" + "".join(
    f"{chr(n)}{chr(n + 1)}" for n in range(0xFFFE, 0x110000, 0x10000)
)
_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_UNWANTED = re.compile(f"[{_CONTROL}{_DIRECTION}{_INVISIBLE}{_NONCHARACTERS}]")

MAX_REPORTED = 100
"""Unwanted characters reported in one file."""


def decode(data: bytes, name: str) -> str:
    """Decode a summary: without a byte order mark, and with LF line endings.

    `name` is the file's name in problems. Raises SummaryError if the bytes are not UTF-8.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or data[:2].count(0) == 1:
        raise SummaryError([problem_at("", 0, name, "encoding", "the file is saved as UTF-16", "save it as UTF-8")])
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return _with_line_feeds(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        before = _with_line_feeds(data[: error.start].decode("utf-8"))
        byte = data[error.start]
        likely = bytes([byte]).decode("cp1252", errors="ignore")
        hint = f"; the byte is '{likely}' in Windows-1252" if likely else ""
        found = f"byte 0x{byte:02X} is not UTF-8"
        problem = problem_at(before, len(before), name, "encoding", found, f"save the file as UTF-8{hint}")
        raise SummaryError([problem]) from None


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def check_text(text: str, name: str) -> list[Problem]:
    """Check a text before it is parsed: web pages, unfinished merges and unwanted characters are problems."""
    head = text[:200].lstrip().casefold()
    if head.startswith(("<!doctype", "<html")):
        return [
            problem_at(
                text,
                0,
                name,
                "html",
                "the file is a web page",
                "save the text of the summary itself, not the page that shows it",
            )
        ]
    if "<<<<<<<" in text or ">>>>>>>" in text:
        marker = re.search(r"^(?:<{7}|>{7})(?=[ \n]|\Z)", text, re.MULTILINE)
        if marker:
            found = f"'{marker[0]}' is left from an unfinished merge"
            hint = "keep one of the versions and delete the lines with <<<<<<<, ======= and >>>>>>>"
            return [problem_at(text, marker.start(), name, "merge-marker", found, hint)]
    found_at = itertools.islice(unwanted_in(text), MAX_REPORTED)
    return [problem_at(text, offset, name, "character", *words) for offset, *words in found_at]


def unwanted_in(text: str) -> Iterator[tuple[int, str, str]]:
    """Find the characters that are not allowed in a summary: offset, message and hint of each."""
    if text.replace("\n", "").replace("\t", "").isprintable():  # then none of them is in it, which is seen quickly
        return
    for match in _UNWANTED.finditer(text):
        if not _is_needed_joiner(text, match.start()):
            yield match.start(), *_unwanted(match[0])


def _is_needed_joiner(text: str, offset: int) -> bool:
    """Whether a joiner or non-joiner is between letters of a script that uses it, as in Persian and Hindi."""
    around = (text[offset - 1 : offset], text[offset + 1 : offset + 2])
    return text[offset] in "\u200c\u200d" and all(
        "\u0600" <= char < "\u1900" and unicodedata.category(char)[0] in "LM" for char in around
    )


def _unwanted(char: str) -> tuple[str, str]:
    shown = f"U+{ord(char):04X}"
    if re.match(f"[{_CONTROL}]", char):
        return f"{shown} is an invisible control character", "delete it"
    if re.match(f"[{_DIRECTION}]", char):
        return f"{shown} is invisible and changes the direction of the text around it", "delete it"
    if re.match(f"[{_INVISIBLE}]", char):
        return f"{shown} is invisible", "delete it; it often comes with text copied from a web page"
    return f"{shown} is not a character", "delete it"


def unsearchable_in(text: str) -> Iterator[tuple[str, str]]:
    """Find what a search for the same words would miss: message and hint of each. The message begins with the quote.

    These are ligatures such as `ﬁ`, and words with letters of two scripts that look alike, such as a Cyrillic `а` in
    a Latin word.
    """
    for ligature in dict.fromkeys(_LIGATURES.findall(text)):
        letters = unicodedata.normalize("NFKC", ligature)
        yield f"'{ligature}' is one character", f"write '{letters}', so that a search finds the word"
    if not _CYRILLIC_OR_GREEK.search(text):
        return
    for word in dict.fromkeys(_WORDS.findall(text)):
        if word.isascii():
            continue
        latin, other = _LATIN.findall(word), _CYRILLIC_OR_GREEK.findall(word)
        if latin and other:
            few = other if len(other) <= len(latin) else latin
            names = " and ".join(f"'{char}' (U+{ord(char):04X})" for char in dict.fromkeys(few))
            scripts = "Latin and Cyrillic" if _CYRILLIC.search(word) else "Latin and Greek"
            yield f"'{word}' mixes {scripts} letters", f"type {names} again, in the script of the word"


_LIGATURES = re.compile("[\ufb00-\ufb06]")
_WORDS = re.compile(r"[^\W\d_]{2,}")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_CYRILLIC_OR_GREEK = re.compile("[\u0370-\u03ff\u0400-\u052f]")


def unwanted_escape(text: str, start: int, end: int, name: str) -> Problem | None:
    r"""Find the first escape in a double-quoted value that gives an unwanted character, such as `\x02`."""
    if path := windows_path(text, start):
        return problem_at(text, start, name, *path)
    for escape in ESCAPE.finditer(text, start, end):
        digits = escape[1] or escape[2] or escape[3] or ""
        code = int(digits, 16) if digits else ord(_NAMED_ESCAPES.get(escape[0][1], "-"))
        if code == ord("\r") or _UNWANTED.match(chr(code)):
            found = f"'{escape[0]}{digits}' stands for U+{code:04X}, which is not allowed in a summary"
            return problem_at(text, escape.start(), name, "character", found, "delete it")
    return None


def windows_path(text: str, start: int) -> tuple[str, str, str] | None:
    r"""Find a path such as `"C:\temp"` at an offset, in which YAML reads `\t` as a tab: rule, message and hint."""
    path = _PATH.match(text, start)
    if path is None:
        return None
    found = "in double quotes a backslash starts an escape, so this path would be read as something else"
    shown = ": '{}'".format(path[1].replace("'", "''")) if len(path[1]) <= 60 else ""
    return "escape", found, f"put single quotes round it{shown}"


_PATH = re.compile(r'"([A-Za-z]:\\(?!\\)[^"\n]*)"')
_NAMED_ESCAPES = dict(zip("0abvferNLP", "\0\a\b\v\f\x1b\r\x85\u2028\u2029", strict=True))
ESCAPE = re.compile(r"\\(?:x(?=(..))|u(?=(....))|U(?=(........))|.)", re.DOTALL)


def location_at(text: str, offset: int, name: str) -> Location:
    """Give the line and column of an offset."""
    return Location(name, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def location_finder(text: str, name: str) -> Callable[[int], Location]:
    """Like `location_at`, for many offsets of one long text: its lines are counted only once."""
    starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def at(offset: int) -> Location:
        line = bisect.bisect_right(starts, offset)
        return Location(name, line, offset - starts[line - 1] + 1)

    return at


def problem_at(text: str, offset: int, name: str, rule: str, message: str, hint: str) -> Problem:
    return Problem(location=location_at(text, offset, name), rule=rule, message=message, hint=hint)
