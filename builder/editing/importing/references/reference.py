"""A reference, as every reader of a bibliography returns it: the fields of CSL and where they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from builder.problems import Location, Problem


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """Something that an import changed or left out. A remark that many references share becomes one warning."""

    location: Location
    rule: str
    message: str
    hint: str = ""
    shared: bool = False
    """Whether references with the same remark are counted, not listed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """An entry of a bibliography with the fields of CSL, its location, and a function that finds that of a field."""

    csl: dict[str, object]
    location: Location
    at: Callable[[str], Location]
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Bibliography:
    """The references of a file, and the problems of entries that can't be read."""

    references: tuple[Reference, ...]
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Remark, ...] = ()


def unreadable(location: Location, message: str, hint: str) -> Problem:
    """The problem of a bibliography, or an entry in it, that can't be read."""
    return Problem(location=location, rule="references", message=message, hint=hint)


def not_kept(location: Location, field: str) -> Remark:
    """The remark that a source has no place for a field."""
    found = f"'{field}' is not kept"
    return Remark(location=location, rule="not-kept", message=found, hint="sources have no such field", shared=True)


def warnings_of(remarks: Iterable[Remark]) -> Iterator[Problem]:
    """Turn remarks into warnings. Shared ones become one warning, at the first location, that counts them."""
    groups: dict[tuple[str, str], list[Remark]] = {}
    for remark in remarks:
        if remark.shared:
            groups.setdefault((remark.rule, remark.message), []).append(remark)
        else:
            yield _warning(remark, remark.message)
    for alike in groups.values():
        first = min(alike, key=lambda remark: remark.location)
        places = len({remark.location for remark in alike})
        yield _warning(first, f"{first.message}, here and in {places - 1} more" if places > 1 else first.message)


def _warning(remark: Remark, message: str) -> Problem:
    return Problem(location=remark.location, rule=remark.rule, message=message, hint=remark.hint, warning=True)
