"""What the commands do where the records of a list are in several files in a folder."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from command import as_printed, contents, run
from golden import SITES, furnish

SITE = SITES / "lists-in-folders"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    furnish(tmp_path)
    shutil.copytree(SITE / "summaries", tmp_path / "summaries")
    return tmp_path


def changed(project: Path) -> dict[str, tuple[list[str], list[str]]]:
    """By the path of each summary that changed: the lines that are gone, and those that are new."""
    before, after = contents(SITE / "summaries"), contents(project / "summaries")
    found = {}
    for path in sorted(before.keys() | after.keys()):
        old, new = (each.get(path, b"").decode().splitlines() for each in (before, after))
        if old != new:
            found[path] = ([line for line in old if line not in new], [line for line in new if line not in old])
    return found


LIBRARY = [
    {"id": "observer-20240303", "type": "article-newspaper", "title": "No word on any fares"},
    {"id": "gazette-20240302", "type": "article", "title": "Timetable of the ferry", "language": "en"},
    {"id": "almanac", "type": "book", "title": "Almanac of the sound"},
    {"id": "leaflet", "type": "pamphlet", "title": "To the islands"},
]


def test_an_import_updates_each_source_in_its_file_and_adds_new_ones_to_the_file_beside_the_folder(
    project: Path,
) -> None:
    (project / "library.json").write_text(json.dumps(LIBRARY), "utf-8")
    found = run(project, "import", "sources", "library.json", "--set", "standing=official", "--update")
    assert as_printed(found.stdout) == (
        "Wrote 1 source to summaries/sources.yml.\n"
        "Updated 2 sources:\n"
        "  observer-20240303: title: 'No word on fares' → 'No word on any fares'\n"
        "  gazette-20240302: language: added: 'en'\n"
        "1 source is as in this file: almanac.\n"
        "Next: say more in it (author, issued, container, publisher), then run: python -m builder check\n"
    ), found.stderr
    leaflet = ["  - id: leaflet", "    type: pamphlet", "    title: To the islands", "    standing: official"]
    assert changed(project) == {
        "sources.yml": ([], leaflet),
        "sources/newspapers.yml": (["    title: No word on fares"], ["    title: No word on any fares"]),
        "sources/official.yml": ([], ["    language: en"]),
    }


def test_without_a_file_beside_the_folder_new_records_are_added_to_its_last_file(project: Path) -> None:
    sources = project / "summaries" / "sources"
    (project / "summaries" / "sources.yml").rename(sources / "books.yml")
    given = [f"--set={value}" for value in ("type=pamphlet", "title=To the islands", "standing=official")]
    found = run(project, "new", "source", "leaflet", "--bare", *given)
    assert found.stdout.startswith("Wrote summaries/sources/official.yml.\n"), found.stderr
    assert (
        (sources / "official.yml")
        .read_text("utf-8")
        .endswith("  - id: leaflet\n    type: pamphlet\n    title: To the islands\n    standing: official\n")
    )
    assert run(project, "check").returncode == 0


def test_an_id_that_a_file_in_the_folder_has_is_taken(project: Path) -> None:
    found = run(project, "new", "source", "times-20240301")
    assert "the id 'times-20240301' is taken: summaries/sources/newspapers.yml" in found.stderr


def test_a_source_is_renamed_where_it_stands(project: Path) -> None:
    found = run(project, "rename", "times-20240301", "times-talks")
    assert found.returncode == 0, found.stderr
    named = (["sources: [times-20240301]"], ["sources: [times-talks]"])
    assert changed(project) == {
        "explainer.yml": (
            ["    sources: [gazette-20240302, times-20240301]"],
            ["    sources: [gazette-20240302, times-talks]"],
        ),
        "questions/ferry.yml": (["        sources: [times-20240301]"], ["        sources: [times-talks]"]),
        "sources/newspapers.yml": (
            ["  - id: times-20240301"],
            ["  - id: times-talks", "    renamed_from: [times-20240301]"],
        ),
        "visits/spring-talks.yml": named,
    }


def test_removing_the_last_record_of_a_file_deletes_the_file(project: Path) -> None:
    found = run(project, "remove", "sea-link", "--reason", "Everybody knows it.")
    assert found.returncode == 0, found.stderr
    assert not (project / "summaries" / "terms" / "words-of-the-sea.yml").exists()
    assert run(project, "check").returncode == 0


def test_format_puts_fields_in_order_in_a_file_of_the_folder(project: Path) -> None:
    file = project / "summaries" / "sources" / "official.yml"
    before = file.read_text("utf-8")
    lines = before.splitlines()
    file.write_text("\n".join([*lines[:2], lines[-1], *lines[2:-1]]) + "\n", "utf-8")
    assert run(project, "format").returncode == 0
    assert file.read_text("utf-8") == before


def commit(project: Path) -> None:
    who = ("-c", "user.name=E", "-c", "user.email=e@example.org")
    for words in (("init", "--quiet"), ("add", "summaries"), (*who, "commit", "--quiet", "--message=Begin")):
        subprocess.run(["git", *words], cwd=project, check=True)


def test_a_source_that_moves_to_another_file_is_no_change_for_readers(project: Path) -> None:
    commit(project)
    newspapers, official = (project / "summaries" / "sources" / f"{name}.yml" for name in ("newspapers", "official"))
    others, mark, moved = newspapers.read_text("utf-8").partition("  - id: observer")
    newspapers.write_text(others, "utf-8")
    official.write_text(f"{official.read_text('utf-8')}{mark}{moved}", "utf-8")
    found = json.loads(run(project, "diff", "HEAD", "--format", "json").stdout)
    names = ("vanished", "appeared", "changed", "removed", "added", "changes", "sentences")
    assert {name: found[name] for name in names} == {name: [] for name in names}


def test_a_source_that_git_knows_from_a_file_in_the_folder_is_hinted_at(project: Path) -> None:
    commit(project)
    file = project / "summaries" / "sources" / "official.yml"
    file.write_text(file.read_text("utf-8").replace("gazette-20240302", "timetable"), "utf-8")
    found = run(project, "check")
    assert "it is now 'timetable', so run: " in found.stdout + found.stderr
