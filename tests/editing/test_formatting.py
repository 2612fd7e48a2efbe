"""`explainer format`: what moves, what stays, and that nothing is lost."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from command import contents, run
from golden import EXPLAINER, SITES, furnish
from ruamel.yaml import YAML

from builder.editing.field_order import order_of
from builder.editing.formatting import UnformattedError, formatted, normalized_date
from builder.parsing.yaml_reader import parse, read
from builder.problems import SummaryError
from builder.records.models.claims import Claims
from builder.records.models.kinds import RECORDS
from builder.records.models.record import Record
from builder.records.models.removed import Removals
from builder.records.models.settings import Settings
from builder.records.models.shapes import Entry, Statement

FOLDERS = [SITES.parent / "rules", *sorted(SITES.glob("*/summaries"))]
SUMMARIES = [(folder, path) for folder in FOLDERS for path in sorted(folder.rglob("*.yml"))]

UNTIDY = """\
# yaml-language-server: $schema=../../schemas/party.schema.json
# About this file

# a person, so far as is known
kind: person   # at the end of a line
# the name
# in two lines
name: 'It''s "Mary"'

roles:
  # the first
  - date: 5 June 2018
    # who says it
    by: mary-anne
    text: |
      One.
      # no comment

      Two.
    sources: [mt-20190423]   # read twice
  # the second
  - sources:
      - mt-20190423
    # why the text
    text: x
    date: "[2018-06-12, 2018-06-13]"

# what it belongs to
of: [russia]

# the end
"""

TIDY = """\
# yaml-language-server: $schema=../../schemas/party.schema.json
# About this file

# the name
# in two lines
name: 'It''s "Mary"'
# a person, so far as is known
kind: person   # at the end of a line

# what it belongs to
of: [russia]

roles:
  # the first
  - text: |
      One.
      # no comment

      Two.
    # who says it
    by: mary-anne
    sources: [mt-20190423]   # read twice
    date: 2018-06-05
  # the second
  # why the text
  - text: x
    sources:
      - mt-20190423
    date: "[2018-06-12,2018-06-13]"

# the end
"""


def tidied(text: str, path: str = "parties/mary-anne.yml") -> str:
    return formatted(parse(text.encode(), path), path).decode()


def test_fields_move_with_their_comments_and_dates_become_edtf() -> None:
    assert tidied(UNTIDY) == TIDY
    assert tidied(TIDY) == TIDY


@pytest.mark.parametrize(("folder", "file"), SUMMARIES, ids=lambda path: path.parent.name + "-" + path.stem)
def test_formatting_a_summary_keeps_its_meaning_and_a_second_time_changes_nothing(folder: Path, file: Path) -> None:
    """Another YAML parser reads the same values, and no line is lost."""
    path = file.relative_to(folder).as_posix()
    before = file.read_text("utf-8")
    after = formatted(read(file, path), path).decode()
    assert formatted(parse(after.encode(), path), path).decode() == after
    yaml = YAML(typ="safe", pure=True)
    assert yaml.load(after) == yaml.load(before)
    assert sorted(line.lstrip(" -") for line in after.splitlines()) == sorted(
        line.lstrip(" -") for line in before.splitlines()
    )


@pytest.mark.parametrize(
    "shape", [*RECORDS, Settings, Claims, Removals, Statement, Entry], ids=lambda shape: shape.__name__
)
def test_every_field_is_in_the_usual_order_exactly_once(shape: type[Record]) -> None:
    names = sorted(field.alias or name for name, field in shape.model_fields.items())
    assert sorted(order_of(shape)) == names


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2018-06-12", "2018-06-12"),
        (" 2018-06 ", "2018-06"),
        ("12 June 2018", "2018-06-12"),
        ("2018-6-5", "2018-06-05"),
        ("13/06/2018", "2018-06-13"),
        ("05/06/2018", "05/06/2018"),
        ("soon", "soon"),
        ("[2018-06-12, 2018-06-13]", "[2018-06-12,2018-06-13]"),
    ],
)
def test_a_date_becomes_edtf_only_if_it_has_one_meaning(typed: str, expected: str) -> None:
    assert normalized_date(typed) == expected


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("kind: state\r\nname: A\r\n", "name: A\nkind: state\n"),
        ("\ufeffkind: state\nname: A", "name: A\nkind: state\n"),
        ("mystery: 1\nkind: state\nname: A\n", "name: A\nkind: state\nmystery: 1\n"),
        ("{kind: state, name: A}\n", "{kind: state, name: A}\n"),
        ("kind: state\nname: >-\n  A\n\n\n", "name: >-\n  A\nkind: state\n"),
        ("kind: state\nname: A\nsummary: |\n  A b.", "name: A\nkind: state\nsummary: |\n  A b.\n"),
        (
            "kind: state\nsummary: >\n  A\n  b.\nname: A\nshort: >\n  A b",
            "name: A\nshort: >\n  A b\nkind: state\nsummary: >\n  A\n  b.\n",
        ),
        ("kind: state\n# one\n\n# two\nname: A\n", "# two\nname: A\n\nkind: state\n# one\n"),
    ],
)
def test_line_ends_unknown_fields_and_braces_are_handled(text: str, after: str) -> None:
    assert tidied(text) == after


def test_a_file_whose_meaning_would_change_is_reported_and_not_changed(project: Path) -> None:
    """The blank lines that `|+` keeps would move with the field or stay: either way, a text would change."""
    party = project / "summaries" / "parties" / "russia.yml"
    text = "kind: state\nsummary: |+\n  A.\n\n\nname: Russia\nsources: [mt-20190423]\n"
    party.write_text(text, "utf-8")
    found = run(project, "format")
    assert party.read_text("utf-8") == text
    assert found.returncode == 1
    assert found.stderr == (
        "summaries/parties/russia.yml:1:1: "
        "the usual order would change what this file says, so the file was not changed "
        "(put its fields in order by hand) [not-formatted]\n"
    )


def test_format_changes_the_files_it_lists_and_with_check_it_changes_none(project: Path) -> None:
    run(project, "format")
    party = project / "summaries" / "parties" / "mary-anne.yml"
    party.write_text(UNTIDY, "utf-8")
    before = contents(project / "summaries")
    found = run(project, "format", "--check")
    assert (found.returncode, found.stdout) == (1, "Would change summaries/parties/mary-anne.yml.\n")
    assert contents(project / "summaries") == before
    found = run(project, "format", "summaries/parties/mary-anne.yml")
    assert (found.returncode, found.stdout) == (0, "Changed summaries/parties/mary-anne.yml.\n")
    assert contents(project / "summaries") == before | {"parties/mary-anne.yml": TIDY.encode()}
    found = run(project, "format", "--check")
    assert (found.returncode, found.stdout) == (0, "All files are already formatted.\n")


def test_nothing_is_written_if_a_summary_cannot_be_read(project: Path) -> None:
    (project / "summaries" / "parties" / "mary-anne.yml").write_text(UNTIDY, "utf-8")
    (project / "summaries" / "parties" / "other.yml").write_text("kind: [\n", "utf-8")
    before = contents(project / "summaries")
    found = run(project, "format")
    assert found.returncode == 1
    assert found.stderr.startswith("summaries/parties/other.yml:")
    assert contents(project / "summaries") == before


def test_a_file_outside_the_summaries_is_refused(project: Path) -> None:
    found = run(project, "format", "mkdocs.yml")
    assert found.returncode == 1
    assert "this is not a summary of this explainer (name files in summaries/) [no-summary]" in found.stderr


def test_formatted_summaries_pass_check(tmp_path: Path) -> None:
    shutil.copytree(EXPLAINER / "summaries", furnish(tmp_path).summaries)
    assert run(tmp_path, "format").returncode == 0
    assert run(tmp_path, "check").returncode == 0


SLIPS = (
    "\t", "  ", "\n", "\n\n", " # c", "\n# c\n", "\n  # c\n", "\n    # c\n", "-", ": ", "'", '"', "|", ">-", "|+",
    "[", "}", ",", "---\n", "...\n", "\r\n",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_formatting_a_summary_with_random_slips_loses_nothing(seed: int) -> None:
    """Characters and comments in odd places, moved lines: if it can be read, its values and comments stay the same."""
    random = Random(seed)
    formatted_at_all = 0
    for _ in range(200):
        folder, file = random.choice(SUMMARIES)
        path = file.relative_to(folder).as_posix()
        text = _with_slips(file.read_text("utf-8")[:4000], random)
        try:
            document = parse(text.encode(), path)
            after = formatted(document, path).decode()
        except (SummaryError, UnformattedError):
            continue
        formatted_at_all += 1
        assert comments_in(after) == comments_in(text.replace("\r\n", "\n"))
        assert formatted(parse(after.encode(), path), path).decode() == after
        assert sorted(after.split()) == sorted(text.split()) or only_dates_differ(text, after)
    assert formatted_at_all > 40


def _with_slips(text: str, random: Random) -> str:
    for _ in range(random.randint(1, 4)):
        lines = text.split("\n")
        at, line, other = random.randrange(len(text) + 1), random.randrange(len(lines)), random.randrange(len(lines))
        if random.random() < 0.7:
            text = text[:at] + random.choice(SLIPS) + text[at:]
        else:
            lines.insert(other, lines.pop(line))
            text = "\n".join(lines)
    return text


def comments_in(text: str) -> Counter[str]:
    return Counter(comment.rstrip() for comment in re.findall(r"(?:^|[ \t])(#.*)", text, re.MULTILINE))


def only_dates_differ(text: str, after: str) -> bool:
    """Whether the texts differ only in how dates are written."""
    removed, added = (Counter(one.split()) - Counter(other.split()) for one, other in ((text, after), (after, text)))
    return all(re.search(r"\d", word) for word in (*removed, *added))


COMMENTED = """\
# Our own note about this visit.
# Its name, and the heading of its page.
title: A meeting
# The word or phrase.
date: 2019-05  # when it was to be
level: leaders
parties: [kim-jong-un, vladimir-putin]
status: planned
# present: []
#
# present: [somebody]
#  stage:
summary: |
  # present: []
  They meet.
sources: [mt-20190423]
outcomes:
  - text: They met.
#     sources: []
    sources: [mt-20190423]
# documents:
#   - document:
#     title:
#     date:
#     sources: []
"""

STRIPPED = """\
# Our own note about this visit.
title: A meeting
# The word or phrase.
date: 2019-05  # when it was to be
level: leaders
parties: [kim-jong-un, vladimir-putin]
status: planned
#
# present: [somebody]
#  stage:
summary: |
  # present: []
  They meet.
sources: [mt-20190423]
outcomes:
  - text: They met.
    sources: [mt-20190423]
"""


def test_stripping_removes_the_comments_of_the_starter_and_no_others(project: Path) -> None:
    """A line of a text that looks like one of these comments stays, and so does a comment that was changed."""
    file = project / "summaries" / "visits" / "second-meeting.yml"
    file.write_text(COMMENTED, "utf-8")
    assert run(project, "format", str(file)).returncode == 0
    assert file.read_text("utf-8") == COMMENTED
    found = run(project, "format", "--strip", "--check", str(file))
    shown = "summaries/visits/second-meeting.yml"
    assert (found.returncode, found.stdout, found.stderr) == (1, f"Would change {shown}.\n", "")
    assert file.read_text("utf-8") == COMMENTED
    found = run(project, "format", "--strip", str(file))
    assert (found.returncode, found.stdout, found.stderr) == (0, f"Changed {shown}.\n", "")
    assert file.read_text("utf-8") == STRIPPED
