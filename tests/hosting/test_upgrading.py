"""`explainer upgrade`: a newer version of the builder is installed, and nothing has to be merged."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import run
from wheel import build_later_wheel, build_wheel, call, environment_at

from builder.hosting.changed_fields import Change, uses_of_changed_fields
from builder.hosting.seals import Seal, seal_of, sealed
from builder.hosting.upgrading import news_between
from builder.project import Project

GIVEN = ("--title", "Talks", "--question", "Will they last?", "--contact", "us@example.org")


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """This version of the builder, and one of a later version that has another Makefile and a change to tell."""
    folder = tmp_path_factory.mktemp("dist")
    later = build_later_wheel(
        folder / "later",
        version="9.1",
        swaps={
            "templates/init/Makefile": ("## List the targets", "## List what can be made"),
            "CHANGELOG.md": ("## Unreleased", "## 9.1\n\n- A field has another name.\n\n## Earlier"),
        },
    )
    return build_wheel(folder / "now"), later


def test_a_later_wheel_replaces_what_nobody_edited_and_keeps_the_rest(
    wheels: tuple[Path, Path], tmp_path: Path
) -> None:
    before, after = wheels
    tools = environment_at(tmp_path / "tools")
    assert call(tmp_path, tools / "pip", "install", "--quiet", "--no-deps", before).returncode == 0
    assert call(tmp_path, tools / "explainer", "init", "the talks", "--yes", *GIVEN).returncode == 0
    talks = tmp_path / "the talks"
    environment_at(talks / ".venv")
    with (talks / ".gitignore").open("a", encoding="utf-8") as ignored:
        ignored.write("/notes/\n")
    own = talks / "templates" / "pages"
    own.mkdir(parents=True)
    (own / "downloads.md.jinja").write_text("{#- Ours. -#}\nAsk us.\n", "utf-8")

    upgraded = call(talks, "make", "upgrade", f"TO={after}")

    assert upgraded.returncode == 0, upgraded.stderr
    assert upgraded.stdout == (
        "Installing the builder ...\n"
        "From 0.1.0 to 9.1.\n"
        "Replaced: .github/workflows/form.yml, .github/workflows/links.yml, .github/workflows/site.yml, Makefile, "
        "builder.txt, docs/.gitignore, requirements-renderers.txt, requirements.txt, "
        "wheels/explainer_site-9.1-py3-none-any.whl\n"
        "Deleted: wheels/explainer_site-0.1.0-py3-none-any.whl\n"
        "Edited by you, so left as they are: .gitignore\n"
        "Yours in place of the builder's: templates/pages/downloads.md.jinja\n"
        "To compare these with the builder's: .venv/bin/explainer upgrade --diff\n"
        "\n## 9.1\n\n- A field has another name.\n\n"
        "The summaries are right for this version.\n"
    )
    assert (talks / ".gitignore").read_text("utf-8").endswith("/notes/\n")
    assert "\nexplainer-site==9.1\n" in (talks / "builder.txt").read_text("utf-8")
    listed = call(talks, "make", "help")
    assert "List what can be made" in listed.stdout
    built = call(talks, "make", "site")
    assert built.returncode == 0, built.stderr
    assert "Ask us." in (talks / "site" / "downloads" / "index.html").read_text("utf-8")
    assert call(talks, talks / ".venv/bin/explainer", "--version").stdout == "explainer, version 9.1\n"
    compared = call(talks, ".venv/bin/explainer", "upgrade", "--diff")
    assert "--- .gitignore\n+++ .gitignore of the builder 9.1\n" in compared.stdout
    assert "\n-/notes/" in compared.stdout
    assert "--- templates/pages/downloads.md.jinja\n" in compared.stdout
    again = call(talks, ".venv/bin/explainer", "upgrade")
    assert again.stdout.startswith("This is 9.1.\nEdited by you, so left as they are: .gitignore\n")


def test_an_explainer_that_pins_no_builder_is_not_upgraded(project: Path) -> None:
    done = run(project, "upgrade")
    said = "Error: builder.txt does not say which version of explainer-site is used: `explainer init` writes it\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


CHANGES = [
    Change(version="1.2", kind="visits", field="parties", now="name only those who met"),
    Change(version="1.2", kind="visits", field="led_to", now="name only visits"),
    Change(version="1.3", kind="explainer.yml", field="answer", now="keep it short"),
    Change(version="1.3", kind="sources", field="standing", now="choose again"),
    Change(version="1.4", kind="places", field="name", now="write it in full"),
]


def test_each_use_of_a_field_that_changed_its_meaning_is_named_once_with_what_to_do(project: Path) -> None:
    found = uses_of_changed_fields(Project(root=project), "1.1", "1.3", CHANGES)
    assert sorted(map(str, found)) == [
        "summaries/explainer.yml:3:1: warning: 'answer' means something else since version 1.3 (keep it short) "
        "[changed-field]",
        *(
            f"summaries/sources.yml:{line}:5: warning: 'standing' means something else since version 1.3 "
            "(choose again) [changed-field]"
            for line in (12, 17, 7)
        ),
        "summaries/visits/kim-putin-vladivostok.yml:6:1: warning: 'parties' means something else since version 1.2 "
        "(name only those who met) [changed-field]",
    ]
    assert list(uses_of_changed_fields(Project(root=project), "1.4", "1.4", CHANGES)) == []


LOG = "# Changelog\n\n## 1.2.0\n\nB.\n\n## [1.10.0] - 2027-01-02\n\nC.\n\n## Unreleased\n\nX.\n\n## 1.1\n\nA.\n"


@pytest.mark.parametrize(
    ("before", "after", "news"),
    [
        ("1.1", "1.2.0", "## 1.2.0\n\nB."),
        ("1.1", "1.10.0", "## 1.2.0\n\nB.\n## [1.10.0] - 2027-01-02\n\nC."),
        ("1.10.0", "1.1", ""),
        ("1.1", "1.1", ""),
        ("something", "1.1", ""),
    ],
)
def test_the_news_are_those_of_the_versions_between(before: str, after: str, news: str) -> None:
    assert news_between(LOG, before, after) == news


def test_a_seal_says_which_version_wrote_a_file_and_whether_it_was_edited() -> None:
    text = sealed("one\ntwo\n", "1.2")
    assert seal_of(text) == Seal(version="1.2", is_intact=True)
    assert seal_of(text.replace("\n", "\r\n")) == Seal(version="1.2", is_intact=True)
    assert seal_of(text + "three\n") == Seal(version="1.2", is_intact=False)
    assert seal_of("one\ntwo\n") is None
