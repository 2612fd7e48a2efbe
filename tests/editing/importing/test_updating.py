"""`explainer import --update` and `--dry-run`: what changes, what an editor wrote, and that comments stay."""

from __future__ import annotations

import json
from pathlib import Path

from command import as_printed, contents, run

SOURCES = """\
sources:
  # the first
  - id: mt-20190423
    type: article-newspaper
    title: "Old: title"  # as printed
    issued: 2019
    # who speaks
    standing: newspaper
    note: >-
      Read in print,
      twice.
  - title: B
    id: b
    type: webpage
    standing: official
"""

LATER = [
    {
        "id": "mt-20190423",
        "type": "article-newspaper",
        "title": "New title",
        "issued": {"date-parts": [[2019, 4, 23]]},
        "DOI": "10.1000/182",
        "note": "standing: analyst\nAnother note.",
    },
    {"id": "b", "type": "webpage", "title": "B"},
    {"id": "c", "type": "webpage", "title": "C"},
]

UPDATED = """\
sources:
  # the first
  - id: mt-20190423
    type: article-newspaper
    title: New title  # as printed
    issued: 2019-04-23
    doi: 10.1000/182
    # who speaks
    standing: newspaper
    note: >-
      Read in print,
      twice.
  - title: B
    id: b
    type: webpage
    standing: official
"""

NEW = """\
  - id: c
    type: webpage
    title: C
    standing: newspaper
"""


def lay_out(project: Path) -> Path:
    sources = project / "summaries" / "sources.yml"
    assert "mt-20190423" in sources.read_text("utf-8")
    _, *entries = sources.read_text("utf-8").split("  - ")
    others = "".join(f"  - {entry}" for entry in entries if "id: mt-20190423" not in entry)
    sources.write_text(SOURCES + others, "utf-8")
    (project / "later.json").write_text(json.dumps(LATER, indent=1), "utf-8")
    return sources


def test_without_update_only_new_records_are_written_and_known_ones_are_named(project: Path) -> None:
    sources = lay_out(project)
    before = sources.read_text("utf-8")
    found = run(project, "import", "sources", "later.json", "--set", "standing=newspaper")
    assert as_printed(found.stdout) == (
        "Wrote 1 source to summaries/sources.yml.\n"
        "2 sources are there already: mt-20190423, b (to write what has changed: --update).\n"
        "Next: say more in it (author, issued, container, publisher), then run: python -m builder check\n"
    )
    assert sources.read_text("utf-8") == f"{before.rstrip()}\n{NEW}"


def test_update_writes_what_changed_and_keeps_what_an_editor_wrote(project: Path) -> None:
    sources = lay_out(project)
    rest = sources.read_text("utf-8").removeprefix(SOURCES)
    found = run(project, "import", "sources", "later.json", "--set", "standing=newspaper", "--update")
    assert as_printed(found.stderr) == (
        "later.json:16:11: warning: 'note' differs from the summary, which keeps its own "
        "(change it in the file if the new one is right) [not-updated]\n"
        "later.json:16:11: warning: 'standing' differs from the summary, which keeps its own "
        "(change it in the file if the new one is right) [not-updated]\n"
    )
    assert as_printed(found.stdout) == (
        "Wrote 1 source to summaries/sources.yml.\n"
        "Updated 1 source:\n"
        "  mt-20190423: title: 'Old: title' → 'New title'; issued: '2019' → '2019-04-23'; doi: added: '10.1000/182'\n"
        "1 source is as in this file: b.\n"
        "Next: say more in it (author, issued, container, publisher), then run: python -m builder check\n"
    )
    assert sources.read_text("utf-8") == f"{UPDATED}{rest.rstrip()}\n{NEW}"
    again = run(project, "import", "sources", "later.json", "--set", "standing=newspaper", "--update")
    assert as_printed(again.stdout) == "Nothing to do: 3 sources are as in this file: mt-20190423, b, c.\n"


def test_a_dry_run_says_what_would_be_written_and_writes_nothing(project: Path) -> None:
    lay_out(project)
    before = contents(project / "summaries")
    words = ("import", "sources", "later.json", "--set", "standing=newspaper", "--update", "--dry-run")
    assert as_printed(run(project, *words).stdout) == (
        "Would write 1 source to summaries/sources.yml: c.\n"
        "Would update 1 source:\n"
        "  mt-20190423: title: 'Old: title' → 'New title'; issued: '2019' → '2019-04-23'; doi: added: '10.1000/182'\n"
        "1 source is as in this file: b.\n"
    )
    assert contents(project / "summaries") == before


def test_a_list_only_gets_longer_and_statements_stay(project: Path) -> None:
    visits = project / "summaries" / "visits"
    (visit,) = [path for path in visits.iterdir() if "outcomes:" in path.read_text("utf-8")][:1]
    before = visit.read_text("utf-8")
    (project / "visits.csv").write_text(
        f"id,sources,outcomes.text,outcomes.sources\n{visit.stem},fishnews-36329,Nothing.,mt-20190423\n", "utf-8"
    )
    found = run(project, "import", "visits", "visits.csv", "--update")
    assert "fishnews-36329'" in found.stdout, found.stderr
    assert "'outcomes' differs from the summary, which keeps its own" in found.stderr
    old, new = before.splitlines(), visit.read_text("utf-8").splitlines()
    assert [line for line in new if line not in old] == [line for line in new if line.startswith("sources:")]
    assert [line for line in old if line not in new] == [line for line in old if line.startswith("sources:")]


def test_a_record_in_brackets_is_not_updated(project: Path) -> None:
    sources = project / "summaries" / "sources.yml"
    sources.write_text(
        f"{sources.read_text('utf-8').rstrip()}\n  - {{id: x, type: webpage, title: X, standing: official}}\n", "utf-8"
    )
    before = contents(project / "summaries")
    (project / "x.json").write_text('[{"id": "x", "type": "webpage", "title": "Y"}]', "utf-8")
    found = run(project, "import", "sources", "x.json", "--update")
    line = sources.read_text("utf-8").count("\n")
    assert as_printed(found.stderr) == (
        f"summaries/sources.yml:{line}:5: this record can't be updated, because its fields are not each on a line of "
        "its own: title (write each field on its own line, or change them by hand) [not-updated]\n"
        "1 problem; nothing was changed.\n"
    )
    assert contents(project / "summaries") == before
