"""What an editor is told: where something is wrong, what was found and what would be right."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

SHOWN_AT_MOST = 100
"""Problems printed in one report; the rest is counted."""

GUESSED_AT_MOST = 100
"""Problems for which all records are searched for the one that was meant: it takes a moment each."""


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
    """One thing an editor can mend: `message` says what was found, `hint` what would be right."""

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
    """What whoever runs a command, or their environment, asked for and can't be done."""


class MachineError(Exception):
    """What the machine refuses: a full disk, a missing permission, a folder that won't do, a build already running."""


def report(problems: Iterable[Problem], at_most: int = SHOWN_AT_MOST) -> str:
    """Word problems for a terminal, one a line, sorted, the rest counted."""
    ordered = sorted(set(problems))
    lines = [str(problem) for problem in ordered[:at_most]]
    if len(ordered) > at_most:
        lines.append(f"... and {len(ordered) - at_most} more")
    return "\n".join(lines)


def did_you_mean(word: str, known: Iterable[str], names: Mapping[str, str] = MappingProxyType({})) -> str:
    """Word the nearest of the known words as a hint, or list them where they are few.

    Case, spaces and underscores don't count: `Mary Anne` is near to `mary-anne`. `names` are others of the known words.
    """
    candidates = sorted(set(known))
    if near := nearest(word, candidates, names):
        return f"did you mean '{near}'?"
    if 0 < len(candidates) <= 12:
        return "one of: " + ", ".join(candidates)
    return ""


def one_of(word: str, known: Iterable[str], names: Mapping[str, str] = MappingProxyType({})) -> str:
    """The same for words of which there are never many, such as the fields of a record: else all are listed."""
    candidates = tuple(known)
    return did_you_mean(word, candidates, names) or f"one of: {', '.join(candidates)}"


def nearest(word: str, known: Iterable[str], names: Mapping[str, str] = MappingProxyType({})) -> str:
    """The known word that was most likely meant, by itself or by another name of it; empty where none is near."""
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
    """Show what can't be seen: control, format and unassigned characters as `U+202E`."""
    return "".join(
        f"U+{ord(char):04X}" if unicodedata.category(char) in _UNSEEN or _is_odd_space(char) else char for char in text
    )


_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _is_odd_space(char: str) -> bool:
    return char != " " and unicodedata.category(char) == "Zs"


@lru_cache(maxsize=65536)
def _key(word: str) -> str:
    return folded(word).replace(" ", "-").replace("_", "-")


def folded(word: str) -> str:
    """A word in lower case, its letters without their accents."""
    parted = unicodedata.normalize("NFKD", word).casefold()
    return "".join(char for char in parted if not unicodedata.combining(char))
