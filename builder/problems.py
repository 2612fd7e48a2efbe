"""Problems that editors can fix: where each one is, what was found and what would be right."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

COMMAND = ".venv/bin/python -m builder"
"""The command as the README and the handbook write it, for hints that name the next one to run."""

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
    place: str = ""
    """What a spreadsheet calls the place, such as `row 12, column 'date'`; empty in other files."""

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
        place = f"{self.location.place}: " if self.location.place else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.location}: {kind}{visible(place + self.message + hint)} [{self.rule}]"


class SummaryError(Exception):
    """Every problem of the step that failed, in the order of the files."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__(report(self.problems))

    def __reduce__(self) -> tuple[type[SummaryError], tuple[tuple[Problem, ...]]]:
        """How one process sends it to another."""
        return type(self), (self.problems,)


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


def typo_of(word: str, known: Iterable[str]) -> str:
    """Find the only id that differs from a word by a typing mistake; empty if there is none, or more than one.

    Up to one letter in five may be wrong, missing, added or swapped. Digits must be the same but for one that is
    missing, added or swapped: `times-20240302` is not a typo of `times-20240301`, but another article.
    """
    key = _key(word)
    near = [each for each in known if abs(len(each) - len(key)) <= 3 and _is_typo(key, _key(each))]
    return near[0] if len(near) == 1 else ""


def _is_typo(one: str, other: str) -> bool:
    letters_of_one, letters_of_other = _DIGITS.sub("", one), _DIGITS.sub("", other)
    digits_of_one, digits_of_other = _OTHERS.sub("", one), _OTHERS.sub("", other)
    if digits_of_one != digits_of_other:
        is_slip = len(digits_of_one) != len(digits_of_other) or sorted(digits_of_one) == sorted(digits_of_other)
        return is_slip and letters_of_one == letters_of_other and _distance(digits_of_one, digits_of_other, 1) <= 1
    allowed = max(1, min(len(letters_of_one), len(letters_of_other)) // 5)
    return _distance(one, other, allowed) <= allowed


_DIGITS, _OTHERS = re.compile(r"\d"), re.compile(r"\D")


def _distance(one: str, other: str, limit: int) -> int:
    """The number of letters wrong, missing, added or swapped with the next; more than `limit` if it is more.

    This is the optimal string alignment distance.
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, char in enumerate(one, 1):
        twice_before, before = before, row
        row = [at]
        for to, wanted in enumerate(other, 1):
            cost = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (char != wanted))
            if at > 1 and to > 1 and char == other[to - 2] and one[at - 2] == wanted:
                cost = min(cost, twice_before[to - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]


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
