"""The site in other languages: which pages are made again after an edit, and what they say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from golden import SITES, furnish

from builder.assembly import Assembly, complete
from builder.inspection import inspect
from builder.pages.page_file import page_bytes
from builder.project import Project
from builder.site.docs_folder import write, write_schemas
from builder.site.reuse.page_traces import load_traces, save_traces
from builder.system import parallel

VISIT = "visits/kim-putin-vladivostok"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setattr(parallel, "processors", lambda: 1)
    project = furnish(tmp_path)
    shutil.copytree(SITES / "two-languages" / "summaries", project.summaries)
    return project


def update(project: Project) -> Assembly:
    """Bring docs/ up to date as a build does."""
    made = complete(inspect(project), project, load_traces(project))
    write(made.pages, made.assets, project.docs, kept=made.kept)
    write_schemas(made.schemas, project.schemas)
    save_traces(made.traces, project)
    return made


def in_docs(project: Project) -> dict[str, bytes]:
    return {
        path.relative_to(project.docs).as_posix(): path.read_bytes()
        for path in project.docs.rglob("*")
        if path.is_file() and path.name not in ("about.md", "method.md")
    }


EDITS = {
    "translation": (
        f"translations/ru/{VISIT}.yml",
        "Они встречаются.",
        "Они встретились.",
        {f"ru/{VISIT}.md"},
    ),
    "name": (
        "translations/ru/places.yml",
        "Владивосток",
        "г. Владивосток",
        {"ru/index.md", f"ru/{VISIT}.md"},
    ),
    "own-text": (
        "translations/ru/explainer.yml",
        "Переговоры и ни одного документа.",
        "Переговоры без документа.",
        {"ru/index.md"},
    ),
    "original": (
        f"{VISIT}.yml",
        "text: They meet.",
        "text: They meet at noon.",
        {f"{VISIT}.md", f"ru/{VISIT}.md", "timeline/index.md"},
    ),
    "untranslated-record": (
        "stages/bilateral-talks.yml",
        "summary: Leaders meet one to one.",
        "summary: Leaders meet face to face.",
        {"stages/bilateral-talks.md"},
    ),
}
"""A file, a text in it, what it becomes, and the pages that show it."""


@pytest.mark.parametrize(("file", "text", "new", "pages"), EDITS.values(), ids=EDITS)
def test_an_edit_changes_every_page_that_shows_it_and_no_other(
    file: str, text: str, new: str, pages: set[str], project: Project
) -> None:
    update(project)
    assert not update(project).pages
    edited = project.summaries / file
    before = edited.read_text("utf-8")
    assert text in before
    edited.write_text(before.replace(text, new), "utf-8")
    docs = in_docs(project)
    again = {page.path for page in update(project).pages}
    changed = {path for path, data in in_docs(project).items() if data != docs.get(path) and path.endswith(".md")}
    assert changed == pages
    if file.startswith("translations/"):
        assert all(path.startswith("ru/") for path in again)
    made = complete(inspect(project), project)
    assert in_docs(project) == {**{page.path: page_bytes(page) for page in made.pages}, **made.assets}


def test_a_language_that_comes_or_goes_changes_only_pages_that_name_it(project: Project) -> None:
    update(project)
    settings = project.summaries / "explainer.yml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("languages: [ru, fa]", "languages: [ru]"), "utf-8")
    shutil.rmtree(project.summaries / "translations" / "fa")
    update(project)
    made = complete(inspect(project), project)
    assert in_docs(project) == {**{page.path: page_bytes(page) for page in made.pages}, **made.assets}
