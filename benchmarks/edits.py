"""What an editor changes between two builds: each time something that some pages show and others don't."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from golden import HAND_WRITTEN

from benchmarks.invented import Ids

BETWEEN_DATES: Final = 4
"""By how many years a visit is moved to and fro."""


@dataclass(frozen=True, slots=True)
class Explainer:
    """An invented explainer in a folder of its own."""

    root: Path
    ids: Ids

    @property
    def summaries(self) -> Path:
        return self.root / "summaries"


def start_over(made: Explainer, turn: int) -> None:
    """Leave what a fresh copy of an explainer has: the summaries, the templates and the pages written by hand."""
    for folder in ("site", ".cache", "schemas"):
        shutil.rmtree(made.root / folder, ignore_errors=True)
    docs = made.root / "docs"
    by_hand = {name: (docs / name).read_bytes() for name in HAND_WRITTEN}
    shutil.rmtree(docs)
    docs.mkdir()
    for name, data in by_hand.items():
        (docs / name).write_bytes(data)


def edit_text(made: Explainer, turn: int) -> None:
    """Change a statement that no other page shows: what came of a visit."""
    visits = (made.summaries / "visits" / f"{visit}.yml" for visit in reversed(made.ids.visits))
    visit = next(path for path in visits if "\noutcomes:\n" in path.read_text("utf-8"))
    _edit(visit, r"(?s)(\noutcomes:\n- text: )(?:In turn \d+, )?", rf"\1In turn {turn}, ")


def edit_name(made: Explainer, turn: int) -> None:
    """Change what many pages show: the name of a leader."""
    _edit(made.summaries / "parties" / f"{made.ids.leaders[0]}.yml", r"(?m)^name: (.*?)( again)?$", _in_turn)


def edit_date(made: Explainer, turn: int) -> None:
    """Move a visit to another place in all lists: its date, on which nothing else rests."""
    visits = (made.summaries / "visits" / f"{visit}.yml" for visit in reversed(made.ids.unnamed_visits))
    visit = next(path for path in visits if "\nhistory:" not in path.read_text("utf-8"))

    def moved(date: re.Match[str]) -> str:
        return f"date: '{int(date[1]) + (-BETWEEN_DATES if int(date[1]) > 2012 else BETWEEN_DATES)}{date[2]}'"

    _edit(visit, r"(?m)^date: '(\d{4})(.*)'$", moved)


def delete_record(made: Explainer, turn: int) -> None:
    """Delete a visit that no other record names."""
    (made.summaries / "visits" / f"{made.ids.unnamed_visits[turn]}.yml").unlink()


def edit_template(made: Explainer, turn: int) -> None:
    """Change how the page of each visit reads, in the explainer's own template."""
    template = made.root / "templates" / "pages" / "visits.md.jinja"
    end = "{% endblock %}\n"
    _edit(template, rf"(?:Turn \d+\.\n\n)?{re.escape(end)}\Z", f"Turn {turn}.\n\n{end}")


def edit_setting(made: Explainer, turn: int) -> None:
    """Change the title of the explainer."""
    _edit(made.summaries / "explainer.yml", r"(?m)^(title): (.*?)( again)?$", _in_turn)


def edit_nothing(made: Explainer, turn: int) -> None:
    """Leave everything as it is."""


Edit = Callable[[Explainer, int], None]
"""Changes the files of an explainer. Gets the number of the turn, from 0, and can be made once in each."""

EDITS: Final[Mapping[str, Edit]] = {
    "one text": edit_text,
    "a name": edit_name,
    "a date": edit_date,
    "a deletion": delete_record,
    "a template": edit_template,
    "a setting": edit_setting,
    "nothing": edit_nothing,
}
"""What is edited, by the name it has in the results."""


def _in_turn(found: re.Match[str]) -> str:
    """A name with ` again` at its end, or without it if it had that."""
    line = found[0]
    return line.removesuffix(" again") if line.endswith(" again") else f"{line} again"


def _edit(path: Path, pattern: str, replacement: str | Callable[[re.Match[str]], str]) -> None:
    """Replace what a pattern finds first. Raises AssertionError if the file is the same afterwards."""
    before = path.read_text("utf-8")
    after = re.sub(pattern, replacement, before, count=1)
    assert after != before, f"{path.name} has nothing that {pattern} finds"
    path.write_text(after, "utf-8")
