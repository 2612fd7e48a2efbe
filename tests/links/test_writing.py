"""New addresses and archived copies in the summaries: nothing else in a file changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import contents, run

from builder.inspection import inspect
from builder.links import writing
from builder.links.archived_copies import Copy
from builder.links.checking import Finding, Link, Verdict
from builder.links.writing import Change, changes_for, write_changes
from builder.problems import Location, SummaryError
from builder.project import Project

NEW = "https://example.org/new,place"
COPY = "https://web.archive.org/web/20190426010203/https://example.org/a"
CHANGES = (
    Change(source="a", field="URL", address=NEW),
    Change(source="a", field="archive", address=COPY),
)

# By name: an entry of sources.yml, and the same with CHANGES.
ENTRIES = {
    "fields on lines": (
        "  # the first\n  - id: a  # an id\n    type: webpage\n    title: A\n    publisher: B\n"
        "    URL: https://example.org/a  # seen on 2 May\n    # who speaks\n    standing: newspaper\n",
        "  # the first\n  - id: a  # an id\n    type: webpage\n    title: A\n    publisher: B\n"
        f"    URL: {NEW}  # seen on 2 May\n    archive: {COPY}\n    # who speaks\n    standing: newspaper\n",
    ),
    "the address is the first field": (
        "  - URL: https://example.org/a\n    id: a\n    type: webpage\n    title: A\n    standing: newspaper\n",
        f"  - URL: {NEW}\n    archive: {COPY}\n    id: a\n    type: webpage\n    title: A\n    standing: newspaper\n",
    ),
    "the address is in quotes": (
        "  - id: a\n    type: webpage\n    title: A\n    standing: newspaper\n    URL: 'https://example.org/a'\n",
        f"  - id: a\n    type: webpage\n    title: A\n    standing: newspaper\n    URL: {NEW}\n    archive: {COPY}\n",
    ),
    "the address is on a line of its own": (
        "  - id: a\n    type: webpage\n    title: A\n    URL:\n      https://example.org/a\n    standing: newspaper\n",
        f"  - id: a\n    type: webpage\n    title: A\n    URL:\n      {NEW}\n    archive: {COPY}\n"
        "    standing: newspaper\n",
    ),
    "fields in braces": (
        "  - {id: a, type: webpage, title: A, URL: https://example.org/a, standing: newspaper}\n",
        f'  - {{id: a, type: webpage, title: A, URL: "{NEW}", archive: "{COPY}", standing: newspaper}}\n',
    ),
    "there is a copy already": (
        "  - id: a\n    type: webpage\n    title: A\n    archive: https://old.example/\n"
        "    URL: https://example.org/a\n    standing: newspaper\n",
        f"  - id: a\n    type: webpage\n    title: A\n    archive: {COPY}\n    URL: {NEW}\n    standing: newspaper\n",
    ),
    "the last line has no end": (
        "  - id: a\n    type: webpage\n    title: A\n    standing: newspaper\n    URL: https://example.org/a",
        f"  - id: a\n    type: webpage\n    title: A\n    standing: newspaper\n    URL: {NEW}\n    archive: {COPY}",
    ),
}


def write(project: Path, entry: str, changes: tuple[Change, ...] = CHANGES, ending: str = "\n") -> tuple[str, str]:
    """Add an entry to the sources and make changes. Returns the entries that were there before, and the new file."""
    file = project / "summaries" / "sources.yml"
    before = file.read_text("utf-8")
    file.write_bytes((before + entry).replace("\n", ending).encode())
    explainer = inspect(Project(root=project)).explainer
    assert write_changes(Project(root=project), explainer, changes) == (file,)
    return before, file.read_bytes().decode()


@pytest.mark.parametrize(("entry", "expected"), ENTRIES.values(), ids=ENTRIES.keys())
@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_only_the_address_and_the_copy_change(entry: str, expected: str, ending: str, project: Path) -> None:
    before, after = write(project, entry, ending=ending)
    assert after == (before + expected).replace("\n", ending)


def test_a_file_in_the_usual_form_stays_in_it(project: Path) -> None:
    write(project, ENTRIES["fields on lines"][0])
    found = run(project, "format", "--check", "summaries/sources.yml")
    assert (found.returncode, found.stdout) == (0, "All files are already formatted.\n")


def test_several_sources_change_in_one_file(project: Path) -> None:
    entry = "  - {{id: {}, type: webpage, title: A, URL: https://example.org/{}, standing: newspaper}}\n"
    changes = tuple(Change(source=id, field="URL", address=f"https://example.org/new-{id}") for id in ("b", "a"))
    before, after = write(project, entry.format("a", "a") + entry.format("b", "b"), changes)
    new = '  - {{id: {0}, type: webpage, title: A, URL: "https://example.org/new-{0}", standing: newspaper}}\n'
    assert after == before + new.format("a") + new.format("b")


def refused(project: Path, entry: str) -> str:
    before = contents(project)
    with pytest.raises(SummaryError) as caught:
        write(project, entry)
    after = contents(project)
    assert {path for path in after if after[path] != before.get(path)} == {"summaries/sources.yml"}
    assert (project / "summaries" / "sources.yml").read_text("utf-8").endswith(entry)
    return str(caught.value)


@pytest.mark.parametrize(
    "value", ['"https://example.org/\\\n      a"', ">-\n      https://example.org/a", '"https:\\/\\/example.org/a"']
)
def test_an_address_that_is_not_written_as_it_is_can_not_be_changed(value: str, project: Path) -> None:
    entry = f"  - id: a\n    type: webpage\n    title: A\n    URL: {value}\n    standing: newspaper\n"
    assert refused(project, entry) == (
        "summaries/sources.yml:21:10: the field 'URL' of 'a' can't be changed in place "
        f"(write it by hand: URL: {NEW}) [not-written]"
    )


def test_a_change_that_would_change_anything_else_is_not_written(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "text_after_colon", lambda text, indent, name: f" {text}\n    language: en")
    assert refused(project, ENTRIES["fields on lines"][0]) == (
        "summaries/sources.yml:23:10: the field 'URL' of 'a' can't be changed in place "
        f"(write it by hand: URL: {NEW}) [not-written]"
    )


def test_a_file_that_was_changed_in_the_meantime_is_not_written(project: Path) -> None:
    file = project / "summaries" / "sources.yml"
    file.write_text(file.read_text("utf-8") + ENTRIES["fields in braces"][0], "utf-8")
    explainer = inspect(Project(root=project)).explainer
    file.write_text(file.read_text("utf-8") + "# more\n", "utf-8")
    before = contents(project)
    with pytest.raises(SummaryError) as caught:
        write_changes(Project(root=project), explainer, CHANGES)
    assert str(caught.value) == (
        "summaries/sources.yml:18:5: this file was changed in the meantime (run the command again) [not-written]"
    )
    assert contents(project) == before


def test_what_is_changed_follows_from_the_findings() -> None:
    link = Link(source="a", field="URL", address="https://example.org/a", location=Location("summaries/sources.yml"))
    copy = Copy(address=COPY)
    findings = [
        Finding(link=link, verdict=Verdict(state="alive")),
        Finding(link=link, verdict=Verdict(state="unsure", reason="answers 403 (forbidden)")),
        Finding(link=link, verdict=Verdict(state="gone", reason="leads to the front page", to="https://example.org/")),
        Finding(link=link, verdict=Verdict(state="gone"), copy=Copy(missing="no archived copy was found")),
        Finding(link=link, verdict=Verdict(state="moved", to=NEW), copy=copy),
    ]
    assert changes_for(findings) == CHANGES
