"""`check` says what `build` would say of mkdocs.yml and of the pages that people write."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from command import run
from golden import EXPLAINER, furnish

from builder.inspection import inspect
from builder.problems import SummaryError
from builder.project import Project
from builder.site import docs_check
from builder.site.config import reading


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


@pytest.mark.parametrize("command", ["check", "build"])
def test_a_renderer_that_does_not_exist_is_refused_at_its_place(command: str, explainer: Path) -> None:
    swap(explainer / "mkdocs.yml", "\nextra:\n", "\nextra:\n  renderer: zensicl\n")
    line = (explainer / "mkdocs.yml").read_text("utf-8").splitlines().index("  renderer: zensicl") + 1
    found = run(explainer, command)
    assert found.returncode == 1
    message = "unknown renderer 'zensicl' (did you mean 'zensical'?) [unknown-word]"
    after = "" if command == "check" else "; nothing was changed"
    assert found.stderr == f"mkdocs.yml:{line}:13: {message}\n1 problem{after}.\n"


def test_a_page_in_another_encoding_is_refused(explainer: Path) -> None:
    (explainer / "docs" / "notes.md").write_bytes("# café\n".encode("cp1252"))
    found = run(explainer, "check")
    assert (found.returncode, found.stderr.count("\n")) == (1, 2), found.stderr
    assert found.stderr.startswith("docs/notes.md:1:1: Encoding error reading file: notes.md [mkdocs]")


def check(explainer: Path) -> str:
    """The report of a check in this process."""
    project = Project(root=explainer)
    try:
        docs_check.check_docs(project, inspect(project))
    except SummaryError as error:
        return str(error)
    return ""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Project]:
    """The explainers for which MkDocs was asked."""
    found: list[Project] = []
    read = reading.read_config

    def read_config(project: Project, *rest: object, **named: object) -> object:
        found.append(project)
        return read(project, *rest, **named)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(reading, "read_config", read_config)
    return found


def swap(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(old) == 1, f"{file.name} has {text.count(old)} times {old!r}"
    file.write_text(text.replace(old, new), "utf-8")


def own_templates(explainer: Path) -> None:
    (explainer / "templates").unlink()
    (explainer / "templates" / "theme").mkdir(parents=True)
    (explainer / "templates" / "theme" / "extra.html").write_text("", "utf-8")


CHANGES: dict[str, Callable[[Path], object]] = {
    "a page by hand": lambda explainer: add_to_about(explainer, "More."),
    "another page by hand": lambda explainer: (explainer / "docs" / "notes.md").write_text("# Notes\n", "utf-8"),
    "no page by hand": lambda explainer: (explainer / "docs" / "method.md").write_text("# Method\n", "utf-8"),
    "a picture": lambda explainer: (explainer / "docs" / "x.png").write_bytes(b""),
    "a setting": lambda explainer: swap(explainer / "mkdocs.yml", "site_name: The ", "site_name: Our "),
    "a template": own_templates,
    "a record more": lambda explainer: (explainer / "summaries" / "parties" / "x.yml").write_text(
        "name: Xenia\nkind: state\n", "utf-8"
    ),
    "a placeholder": lambda explainer: swap(
        explainer / "summaries" / "explainer.yml",
        "contact: https://example.org/contact",
        "contact: https://example.org/us",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_mkdocs_is_asked_again_after_a_change_of(change: str, explainer: Path, asked: list[Project]) -> None:
    assert [check(explainer), check(explainer), len(asked)] == ["", "", 1]
    CHANGES[change](explainer)
    assert [check(explainer), check(explainer), len(asked)] == ["", "", 2]


def test_mkdocs_is_asked_again_for_another_value_of_a_variable_in_its_settings(
    explainer: Path, asked: list[Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [check(explainer), len(asked)] == ["", 1]
    monkeypatch.setenv("SITE_URL", "https://example.org/")
    assert [check(explainer), check(explainer), len(asked)] == ["", "", 2]


def test_mkdocs_is_asked_again_by_another_version_of_the_builder(
    explainer: Path, asked: list[Project], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert [check(explainer), len(asked)] == ["", 1]
    (tmp_path / "packages" / "mkdocs-9.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(tmp_path / "packages")
    assert [check(explainer), len(asked)] == ["", 2]


@pytest.mark.parametrize("setting", ["plugins: [search, tags]", "hooks: [own.py]", "INHERIT: base.yml"])
def test_mkdocs_is_always_asked_if_it_may_read_what_is_not_known(
    setting: str, explainer: Path, asked: list[Project]
) -> None:
    (explainer / "own.py").write_text("", "utf-8")
    (explainer / "base.yml").write_text("site_name: Base\n", "utf-8")
    text = (explainer / "mkdocs.yml").read_text("utf-8")
    start = text.index("plugins:" if setting.startswith("plugins") else "hooks:")
    end = text.index("\n\n", start)
    (explainer / "mkdocs.yml").write_text(f"{text[:start]}{setting}{text[end:]}", "utf-8")
    assert [check(explainer), check(explainer), len(asked)] == ["", "", 2]


def test_mkdocs_is_not_asked_after_a_change_of_a_text_and_a_build(explainer: Path, asked: list[Project]) -> None:
    for title in ("Ruled directly", "Ruled from London"):
        terms = explainer / "summaries" / "terms.yml"
        terms.write_text(
            re.sub("term: (Direct rule|Ruled directly)", f"term: {title}", terms.read_text("utf-8")), "utf-8"
        )
        built = run(explainer, "build")
        assert built.returncode == 0, built.stderr
        assert [check(explainer), len(asked)] == ["", 1]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_after_a_good_check_is_found(mistake: str, explainer: Path) -> None:
    assert check(explainer) == ""
    add_to_about(explainer, MISTAKES[mistake][0])
    assert MISTAKES[mistake][1].rpartition(" [")[2] in check(explainer)


def test_an_anchor_that_goes_from_a_generated_page_after_a_good_check_is_missed(explainer: Path) -> None:
    add_to_about(explainer, "[x](claims/guardian-20070325.md#unprecedented)")
    assert check(explainer) == ""
    claims = explainer / "summaries" / "claims" / "guardian-20070325.yml"
    swap(claims, "id: unprecedented\n", "id: first\n")
    assert "does not contain an anchor '#unprecedented'. [mkdocs]" in check(explainer)


def test_a_record_that_takes_the_title_of_a_page_by_hand_after_a_good_check_is_refused(explainer: Path) -> None:
    assert check(explainer) == ""
    swap(explainer / "summaries" / "parties" / "gerry-adams.yml", "name: Gerry Adams\n", "name: About\n")
    assert "[same-title]" in check(explainer)


def test_a_damaged_memory_of_the_last_check_costs_only_time(explainer: Path, asked: list[Project]) -> None:
    assert [check(explainer), len(asked)] == ["", 1]
    kept = explainer / docs_check.CHECKED_BEFORE
    kept.write_bytes(kept.read_bytes().replace(b"anchors", b"Anchors"))
    assert [check(explainer), len(asked)] == ["", 2]
    kept.unlink()
    kept.mkdir()
    assert [check(explainer), check(explainer), len(asked)] == ["", "", 4]


def test_a_module_of_the_builder_with_another_date_is_another_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = tmp_path / "site" / "docs_check.py"
    module.parent.mkdir()
    module.write_text("", "utf-8")
    monkeypatch.setattr(docs_check, "__file__", str(module))
    before = list(docs_check._program())
    assert list(docs_check._program()) == before
    os.utime(module, (1, 1))
    assert list(docs_check._program()) != before
