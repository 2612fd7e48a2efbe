"""Problems that editors can fix: where each one is, what was found and what would be right."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

MAX_SHOWN = 100
"""Problems printed in one report. The rest are only counted."""

MAX_GUESSED = 100
"""Problems for which the record that was probably meant is searched for. Each search takes a moment."""


@dataclass(frozen=True, order=True, slots=True)
class Location:
    """A place in a file. Lines and columns start at 1, as editors count."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{visible(self.path)}:{self.line}:{self.column}"


@dataclass(frozen=True, order=True, kw_only=True, slots=True)
class Problem:
    """One thing that an editor can fix: `message` says what was found, `hint` what would be right."""

    location: Location
    rule: str
    message: str
    hint: str = ""
    warning: bool = False

    def __str__(self) -> str:
        kind = "warning: " if self.warning else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.location}: {kind}{visible(self.message + hint)} [{self.rule}]"


class SummaryError(Exception):
    """Every problem of the step that failed, in the order of the files."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__(report(self.problems))


class UsageError(Exception):
    """A command was used in a way that can't work, or an environment variable has a wrong value."""


class MachineError(Exception):
    """The machine can't do it: the disk is full, permission is missing, a folder is unsuitable, a build is running."""


def report(problems: Iterable[Problem], at_most: int = MAX_SHOWN) -> str:
    """Format problems for a terminal: sorted, one per line. Those after the first `at_most` are only counted."""
    ordered = sorted(set(problems))
    lines = [str(problem) for problem in ordered[:at_most]]
    if len(ordered) > at_most:
        lines.append(f"... and {len(ordered) - at_most} more")
    return "\n".join(lines)


def did_you_mean(word: str, known: Iterable[str], names: Mapping[str, str] = MappingProxyType({})) -> str:
    """Give a hint: the nearest known word, else all known words if there are 12 or fewer, else nothing.

    Case, spaces and underscores are ignored: `Mary Anne` matches `mary-anne`. `names` maps other names to known words.
    """
    candidates = sorted(set(known))
    if near := nearest(word, candidates, names):
        return f"did you mean '{near}'?"
    if 0 < len(candidates) <= 12:
        return "one of: " + ", ".join(candidates)
    return ""


def one_of(word: str, known: Iterable[str], names: Mapping[str, str] = MappingProxyType({})) -> str:
    """Like `did_you_mean`, but for short lists such as the fields of a record: always lists them if none is near."""
    candidates = tuple(known)
    return did_you_mean(word, candidates, names) or f"one of: {', '.join(candidates)}"


def nearest(word: str, known: Iterable[str], names: Mapping[str, str] = MappingProxyType({})) -> str:
    """Find the known word that was probably meant, by the word or another of its names; empty if none is near."""
    by_word = {_key(each): each for each in sorted(known)}
    by_name = {key: each for name, each in names.items() if (key := _key(name)) not in by_word}
    key = _key(word)
    if found := by_word.get(key) or by_name.get(key):
        return found
    for by_key, cutoff in ((by_word, 0.6), (by_name, 0.75)):
        if near := difflib.get_close_matches(key, by_key, n=1, cutoff=cutoff):
            return by_key[near[0]]
    return ""


def visible(text: str) -> str:
    """Replace invisible characters (control, format, unassigned, odd spaces) with their codes, such as `U+202E`."""
    return "".join(
        f"U+{ord(char):04X}" if unicodedata.category(char) in _INVISIBLE or _is_odd_space(char) else char
        for char in text
    )


_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _is_odd_space(char: str) -> bool:
    return char != " " and unicodedata.category(char) == "Zs"


@lru_cache(maxsize=65536)
def _key(word: str) -> str:
    return folded(word).replace(" ", "-").replace("_", "-")


def folded(word: str) -> str:
    """Give a word in lower case and without accents."""
    decomposed = unicodedata.normalize("NFKD", word).casefold()
    return "".join(char for char in decomposed if not unicodedata.combining(char))
