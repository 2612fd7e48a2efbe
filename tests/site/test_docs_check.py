"""`check` says what `build` would say of mkdocs.yml and of the pages that people write."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from command import run
from golden import EXPLAINER, furnish


@pytest.fixture
def explainer(tmp_path: Path) -> Path:
    furnish(tmp_path)
    shutil.copytree(EXPLAINER / "summaries", tmp_path / "summaries")
    return tmp_path


def add_to_about(explainer: Path, text: str) -> None:
    about = explainer / "docs" / "about.md"
    about.write_text(about.read_text("utf-8") + f"\n{text}\n", encoding="utf-8")


NOT_FOUND = "but the target is not found among documentation files."
NO_ANCHOR = "but the doc 'visits/castle-buildings.md' does not contain an anchor '#nowhere'."

MISTAKES = {
    "a link to no page": (
        "[x](nowhere.md)",
        f"docs/about.md:LINE:5: Doc file 'about.md' contains a link 'nowhere.md', {NOT_FOUND} [mkdocs]",
    ),
    "a link to no file": (
        "[x](data/nowhere.csv)",
        f"docs/about.md:LINE:5: Doc file 'about.md' contains a link 'data/nowhere.csv', {NOT_FOUND} [mkdocs]",
    ),
    "an anchor that a generated page has not": (
        "[x](visits/castle-buildings.md#nowhere)",
        "docs/about.md:LINE:5: Doc file 'about.md' contains a link 'visits/castle-buildings.md#nowhere', "
        f"{NO_ANCHOR} [mkdocs]",
    ),
    "a script": (
        "[x](javascript:alert(1))",
        "docs/about.md:LINE:5: the link 'javascript:alert(1)' is of a kind that is not allowed "
        "(one of: http, https, mailto, tel) [link-scheme]",
    ),
    "a picture on another host": (
        "![x](https://example.org/x.png)",
        "docs/about.md:LINE:6: 'https://example.org/x.png' would be fetched from another host "
        "(put the file into docs/ and link that) [other-host]",
    ),
    "an id twice": (
        '<b id="x1"></b> <b id="x1"></b>',
        "docs/about.md:LINE:8: the id 'x1' was used before (first at line LAST, column 4) [duplicate-id]",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_on_a_page_written_by_hand_is_found_before_the_build(mistake: str, explainer: Path) -> None:
    text, expected = MISTAKES[mistake]
    add_to_about(explainer, text)
    lines = (explainer / "docs" / "about.md").read_text("utf-8").splitlines()
    found = run(explainer, "check")
    assert found.returncode == 1, found.stdout
    problem, _, count = found.stderr.partition("\n")
    assert count == "1 problem.\n", found.stderr
    if "LAST" in expected:  # lines of the converted page are counted there
        expected, problem = expected.partition(" (first")[0], problem.partition(" (first")[0]
    assert problem == expected.replace("LINE", str(len(lines)))


def test_links_that_a_build_accepts_are_fine(explainer: Path) -> None:
    """To generated pages and their anchors, downloads, summaries, other pages written by hand, and elsewhere."""
    add_to_about(
        explainer,
        "[a](visits/castle-buildings.md) [b](visits/castle-buildings.md#page_title) [c](data/visits.csv) "
        "[d](data/visits/castle-buildings.yml) [e](method.md) [f](https://example.org/) [g](mailto:a@example.org) "
        "[h](index.md#stages)",
    )
    found = run(explainer, "check")
    assert (found.returncode, found.stderr) == (0, "")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("search: 7", "'search' is not a mapping (such as {exclude: true} or {boost: 2})"),
        ("hide: toc", "'hide' is not a list (such as [navigation, toc])"),
        ("title: [a]", "'title' is not a text (put quotes round it)"),
    ],
)
@pytest.mark.parametrize("command", ["check", "build"])
def test_front_matter_that_the_theme_cannot_use_is_refused(
    command: str, line: str, problem: str, explainer: Path
) -> None:
    (explainer / "docs" / "notes.md").write_text(f"---\n{line}\n---\n\n# Notes\n", encoding="utf-8")
    found = run(explainer, command)
    assert found.returncode == 1
    assert found.stderr.startswith(f"docs/notes.md:2:1: {problem} [front-matter]\n1 problem"), found.stderr


@pytest.mark.parametrize("command", ["check", "build"])
def test_a_page_with_the_title_of_another_is_refused(command: str, explainer: Path) -> None:
    (explainer / "docs" / "notes.md").write_text("# Timeline\n", encoding="utf-8")
    found = run(explainer, command)
    assert found.returncode == 1
    assert "[same-title]" in found.stderr
    if command == "check":
        assert found.stderr.startswith(
            "docs/notes.md:1:3: the title 'Timeline' is also that of timeline/index.md (each page needs its own) "
            "[same-title]\n"
        )


@pytest.mark.parametrize("command", ["check", "build"])
def test_a_configuration_in_another_encoding_is_refused_at_its_place(command: str, explainer: Path) -> None:
    config = explainer / "mkdocs.yml"
    config.write_bytes("# café\n".encode("cp1252") + config.read_bytes())
    found = run(explainer, command)
    assert found.returncode == 1
    message = "byte 0xE9 is not UTF-8 (save the file as UTF-8; the byte is 'é' in Windows-1252) [encoding]"
    assert found.stderr.startswith(f"mkdocs.yml:1:6: {message}\n1 problem"), found.stderr


def test_a_page_in_another_encoding_is_refused(explainer: Path) -> None:
    (explainer / "docs" / "notes.md").write_bytes("# café\n".encode("cp1252"))
    found = run(explainer, "check")
    assert (found.returncode, found.stderr.count("\n")) == (1, 2), found.stderr
    assert found.stderr.startswith("docs/notes.md:1:1: Encoding error reading file: notes.md [mkdocs]")
