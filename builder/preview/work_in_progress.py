"""Summaries while they are being written: what has problems stays as it last was, and everything else follows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final

from builder.checks.consistency import contradictions
from builder.explainer.linking import named_in
from builder.inspection import Inspected, check_pages, inspect_summaries
from builder.preview.missing_records import without_missing
from builder.preview.problem_bar import Report
from builder.problems import Problem, SummaryError
from builder.project import Project
from builder.records.loading import REMOVED_FILE, SETTINGS_FILE, Origin, Summaries, Unread, key_finder, load_partly
from builder.records.models.kinds import kind_listed_in
from builder.records.models.removed import Removals
from builder.records.translations.model import FOLDER as TRANSLATIONS

_WHOLE_FILES: Final = {SETTINGS_FILE, REMOVED_FILE}
"""Files that are a part each. They are kept by their names."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """Summaries that can be shown. A part of them is a record, the claims on a source, or one of `_WHOLE_FILES`."""

    summaries: Summaries
    since: Mapping[str, str]
    """When each part was first read as it is, such as `14:03`, by its key in `summaries.origins`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """What of the summaries can be shown now, and what an editor should know about the rest."""

    found: Inspected
    shown: Shown
    first_report: Report
    """The report without contradictions."""

    contradictions: Callable[[], list[Problem]]
    """Compares claims and answers with the records, which takes a while and holds nothing back."""

    @property
    def report(self) -> Report:
        """Everything that an editor should know."""
        return replace(self.first_report, problems=tuple({*self.first_report.problems, *self.contradictions()}))


def inspect_work(project: Project, last: Shown | None, now: str) -> Work:
    """Read and check the summaries, drafts included. Parts with problems are replaced by those that were last shown.

    If a part was never shown, it is left out, and what names it is shown without a link. `now` is the time.
    Raises SummaryError if nothing can be shown: if the explainer's own file was never right, or for problems that are
    not in the summaries.
    """
    before = last.summaries if last else None
    current = load_partly(project.summaries, last=before)
    mix = _Mix(current, before)
    problems = [*current.unread.problems]
    held, gone = mix.unreadable(), frozenset[str]()
    while True:
        summaries, missing = without_missing(mix.without(held), mix.missing(held) | gone)
        try:
            found = inspect_summaries(summaries, project, drafts=True, compare=False)
            break
        except SummaryError as error:
            problems += mix.own_problems(error.problems, summaries)
            if more := mix.to_hold_back(error.problems, summaries, held):
                held |= more
            elif lost := mix.not_there(error.problems, summaries):
                gone |= lost
            else:
                raise SummaryError(problems or error.problems) from None
    try:
        check_pages(found, project)
    except SummaryError as error:
        problems += error.problems
    since = {
        key: last.since[key] if last and key in last.since and not mix.differs(key, summaries) else now
        for key in summaries.origins
    }
    held |= missing - gone
    report = Report(
        problems=tuple({*problems, *mix.own_warnings(found.warnings, held)}), held_back=mix.how_shown(held, since)
    )
    found = replace(found, known={**found.known, **current.records})

    def contradicting() -> list[Problem]:
        return [] if missing else mix.own_problems(contradictions(found.explainer, found.words), summaries)

    shown = Shown(summaries=summaries, since=since)
    return Work(found=found, shown=shown, first_report=report, contradictions=contradicting)


class _Mix:
    """Mixes summaries as they are now with those that were last shown, if any."""

    def __init__(self, current: Summaries, last: Summaries | None) -> None:
        self.current = current
        self.last = last
        self.changed = frozenset(
            key for key in {*current.origins, *(last.origins if last else ())} if self.differs(key, current)
        )
        """The keys of all parts that are not as they were last shown."""

    def differs(self, key: str, summaries: Summaries) -> bool:
        """Whether a part is not as it was last shown."""
        return self.last is None or _part(summaries, key) != _part(self.last, key)

    def unreadable(self) -> frozenset[str]:
        """The parts that can't be read now: those in files with problems, and drafts that lack too much."""
        paths = {problem.location.path for problem in self.current.unread.problems}
        before = self.last.origins if self.last else {}
        lost = (key for key in before if key in _WHOLE_FILES or key not in self.current.origins)
        return frozenset([key for key in lost if _is_in(before[key].document.path, paths)]) | self.current.drafts

    def missing(self, held: frozenset[str]) -> frozenset[str]:
        """The ids of all records that are left out: they are held back, and were never shown."""
        before = self.last.origins if self.last else {}
        return frozenset(key for key in held | self.current.unread.ids if key not in before)

    def without(self, held: frozenset[str]) -> Summaries:
        """The current summaries with the parts that are held back as they were last shown, or without them."""
        last = self.last
        kept = [key for key in sorted(held) if last and key in last.origins]
        origins = {key: origin for key, origin in self.current.origins.items() if key not in held}
        records = {key: record for key, record in self.current.records.items() if key not in held}
        claims = {key: each for key, each in self.current.claims.items() if f"claims/{key}" not in held}
        translations = self.current.translations_without(held)
        files = dict(self.current.files)
        settings, removals = self.current.settings, self.current.removals
        if REMOVED_FILE in held:
            removals = last.removals if last else Removals()
        if last:
            origins |= {key: last.origins[key] for key in kept}
            records |= {key: last.records[key] for key in kept if key in last.records}
            claims |= {key: each for key, each in last.claims.items() if f"claims/{key}" in held}
            settings = last.settings if SETTINGS_FILE in held else settings
            for key in (key for key in kept if key.startswith(f"{TRANSLATIONS}/")):
                _, language, name = key.split("/", 2)
                translations.setdefault(language, {})[name] = last.translations[language][name]
        for path in self._files_of(held):
            files.pop(path, None)
            if last and path in last.files:
                files[path] = last.files[path]
        return replace(
            self.current,
            settings=settings,
            removals=removals,
            records=records,
            claims=claims,
            translations=translations,
            origins=origins,
            files=files,
            drafts=frozenset(),
            unread=Unread(),
        )

    def _files_of(self, keys: Iterable[str]) -> set[str]:
        """The files, below the summaries folder, that these parts are or were written in."""
        paths = {each.origins[key].document.path for each in self._both for key in keys if key in each.origins}
        return {PurePosixPath(*PurePosixPath(path).parts[1:]).as_posix() for path in paths}

    def to_hold_back(self, problems: Iterable[Problem], summaries: Summaries, held: frozenset[str]) -> frozenset[str]:
        """Which further parts to hold back: those with problems or, if none of these has changed, those they name or
        that name them, or all that have changed. Empty if that can't help.
        """
        free = self.changed - held - (set() if self.last else {SETTINGS_FILE})
        key_at = key_finder(summaries.origins)
        blamed = {key for problem in problems if (key := key_at(problem.location))}
        if not blamed:
            return frozenset()
        if own := blamed & free:
            return frozenset(own)
        named = {id for key in blamed for id in named_in(_part(summaries, key))}
        near = (named | {key for key in free if blamed & named_in(_part(summaries, key))}) & free
        return frozenset(near) or free

    def not_there(self, problems: Iterable[Problem], summaries: Summaries) -> frozenset[str]:
        """The ids of records that are named where the problems are, and that do not exist."""
        key_at = key_finder(summaries.origins)
        blamed = {key for problem in problems if (key := key_at(problem.location))}
        named = {id for key in blamed for id in named_in(_part(summaries, key))}
        return frozenset(named - summaries.records.keys() - summaries.later.keys())

    def own_problems(self, problems: Iterable[Problem], summaries: Summaries) -> list[Problem]:
        """The problems in what is written now, as far as it is in these summaries. What a draft lacks is a warning."""
        own = []
        problems = list(problems)
        key_at = key_finder(self.current.origins if problems else {})
        for problem in problems:
            key = key_at(problem.location)
            if key is None or _part(summaries, key) != _part(self.current, key):
                continue
            record = self.current.records.get(key)
            is_lack = bool(record and record.draft and problem.rule == "missing-status")
            own.append(replace(problem, warning=True) if is_lack else problem)
        return own

    def own_warnings(self, warnings: Iterable[Problem], held: frozenset[str]) -> list[Problem]:
        """The warnings about what is written now. While something is left out, what it names may seem to be unused."""
        now, is_whole = {*self.current.warnings}, not self.missing(held)
        shown = [each for each in warnings if is_whole or each.rule != "unused"]
        key_at = key_finder(self.current.origins if shown else {})
        return [each for each in shown if each in now or key_at(each.location) not in held]

    def how_shown(self, held: frozenset[str], since: Mapping[str, str]) -> dict[str, str]:
        """How each file that is held back is shown, by its path."""
        if self.last and held >= self.last.origins.keys():
            return {"summaries": " is shown as it last was"}
        found = {problem.location.path: "" for problem in self.current.unread.problems}
        parts: dict[str, list[str]] = defaultdict(list)
        for key in sorted(held):
            for path in {each.origins[key].document.path for each in self._both if key in each.origins}:
                parts[path].append(key)
        for path, keys in parts.items():
            times = [since[key] for key in keys if key in since]
            is_whole = {key for key, origin in self._all_origins if origin.document.path == path} <= {*keys}
            names = ", ".join(f"'{key}'" for key in keys)
            are, they = ("is", "it was") if is_whole or len(keys) == 1 else ("are", "they were")
            how = f"{are} shown as {they} at {max(times)}" if times else f"{are} left out"
            found[path] = f" {how}" if is_whole else f": {names} {how}"
        return {path: how or _without_problems(path) for path, how in sorted(found.items())}

    @property
    def _both(self) -> list[Summaries]:
        return [each for each in (self.current, self.last) if each]

    @property
    def _all_origins(self) -> list[tuple[str, Origin]]:
        return [item for each in self._both for item in each.origins.items()]


def _without_problems(path: str) -> str:
    """How a file is shown of which nothing was ever right."""
    is_list = kind_listed_in(path.partition("/")[2])
    return " is shown without the entries that have problems" if is_list else " is left out"


def _part(summaries: Summaries, key: str) -> object:
    """A part of the summaries; None if there is none with this key."""
    if key in _WHOLE_FILES:
        return summaries.settings if key == SETTINGS_FILE else summaries.removals
    if key.startswith(f"{TRANSLATIONS}/"):
        _, language, name = key.split("/", 2)
        return summaries.translations.get(language, {}).get(name)
    return summaries.records.get(key) or summaries.claims.get(key.partition("/")[2])


def _is_in(path: str, places: set[str]) -> bool:
    """Whether a file is one of these, or in a folder that is."""
    return any(each.as_posix() in places for each in (PurePosixPath(path), *PurePosixPath(path).parents))
