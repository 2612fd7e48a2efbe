"""Pages that are kept by their traces are those that a build from nothing makes, whatever was edited."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from golden import ROOT, SITES, add_events, furnish
from invented_documents import add_documents

from benchmarks.invented import write_invented
from builder.assembly import Assembly, complete
from builder.explainer.tracing.traced import Answers, Question
from builder.inspection import inspect
from builder.pages.page_file import page_bytes
from builder.pages.traces import NOTHING_MADE, Traces
from builder.problems import SummaryError
from builder.project import Project
from builder.site.docs_folder import write, write_schemas
from builder.site.reuse.page_traces import FILE, load_traces, save_traces
from builder.system import parallel

RECORDS = 40
EDITS = 25

Edit = Callable[[random.Random, Project], None]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setattr(parallel, "processors", lambda: 1)
    project = furnish(tmp_path)
    project.templates.unlink()  # a copy, which can be changed
    shutil.copytree(ROOT / "templates", project.templates)
    write_invented(project.summaries, RECORDS)
    add_documents(project.summaries)
    add_events(project.summaries)
    return project


def files(made: Assembly) -> dict[str, bytes]:
    return {**{page.path: page_bytes(page) for page in made.pages}, **made.assets}


def in_docs(project: Project) -> dict[str, bytes]:
    return {
        path.relative_to(project.docs).as_posix(): path.read_bytes()
        for path in project.docs.rglob("*")
        if path.is_file() and path.name not in ("about.md", "method.md")
    }


def update(project: Project) -> Assembly:
    """Bring docs/ up to date as a build does."""
    made = complete(inspect(project), project, load_traces(project))
    write(made.pages, made.assets, project.docs, kept=made.kept)
    write_schemas(made.schemas, project.schemas)
    save_traces(made.traces, project)
    return made


def parents(value: Any, name: str = "") -> Iterator[tuple[Any, Any]]:
    """Every list and mapping in a summary with one of its keys."""
    keys = value if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], (dict, list)):
            yield from parents(value[key])


def change_a_text(draw: random.Random, file: Path) -> None:
    content = yaml.load(file.read_text("utf-8"), yaml.BaseLoader)
    named = ("text", "summary", "title", "name", "short", "headline", "question", "definition", "note", "venue", "term")
    found = [(each, key) for each, key in parents(content) if key in named and isinstance(each[key], str)]
    if found:
        each, key = draw.choice(found)
        each[key] = f"{each[key].rstrip('.')} {draw.randrange(1000)}"
        file.write_text(yaml.dump(content, allow_unicode=True, sort_keys=False), "utf-8")


def drop_something(draw: random.Random, file: Path) -> None:
    content = yaml.load(file.read_text("utf-8"), yaml.BaseLoader)
    each, key = draw.choice(list(parents(content)))
    del each[key]
    file.write_text(yaml.dump(content, allow_unicode=True, sort_keys=False), "utf-8")


def move_a_date(draw: random.Random, file: Path) -> None:
    content = yaml.load(file.read_text("utf-8"), yaml.BaseLoader)
    found = [
        (each, key) for each, key in parents(content) if key in ("date", "issued", "expected", "as_of", "reviewed")
    ]
    if found:
        each, key = draw.choice(found)
        each[key] = f"{draw.randrange(2001, 2021)}-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}"
        file.write_text(yaml.dump(content, allow_unicode=True, sort_keys=False), "utf-8")


def make_it_a_draft(draw: random.Random, file: Path) -> None:
    content = yaml.load(file.read_text("utf-8"), yaml.BaseLoader)
    content["draft"] = "true"
    file.write_text(yaml.dump(content, allow_unicode=True, sort_keys=False), "utf-8")


def rename_it(draw: random.Random, file: Path) -> None:
    content = yaml.load(file.read_text("utf-8"), yaml.BaseLoader)
    content["renamed_from"] = [f"old-{file.stem}-{draw.randrange(1000)}"]
    file.write_text(yaml.dump(content, allow_unicode=True, sort_keys=False), "utf-8")


def delete_it(draw: random.Random, file: Path) -> None:
    file.unlink()


def copy_it(draw: random.Random, file: Path) -> None:
    content = yaml.load(file.read_text("utf-8"), yaml.BaseLoader)
    content |= {name: f"{content[name]} once more" for name in ("title", "name") if name in content}
    copy = file.with_stem(f"{file.stem}-again-{draw.randrange(1000)}")
    copy.write_text(yaml.dump(content, allow_unicode=True, sort_keys=False), "utf-8")


def write_a_comment(draw: random.Random, file: Path) -> None:
    file.write_text(f"# {draw.randrange(1000)}\n{file.read_text('utf-8')}", "utf-8")


def cite_another_source(draw: random.Random, file: Path) -> None:
    content = yaml.load(file.read_text("utf-8"), yaml.BaseLoader)
    sources = yaml.load((summaries_of(file) / "sources.yml").read_text("utf-8"), yaml.BaseLoader)["sources"]
    found = [each[key] for each, key in parents(content) if key == "sources" and isinstance(each[key][0], str)]
    if found:
        draw.choice(found).append(draw.choice(sources)["id"])
        file.write_text(yaml.dump(content, allow_unicode=True, sort_keys=False), "utf-8")


def reorder_a_list(draw: random.Random, file: Path) -> None:
    file = draw.choice(list_files(file))
    content = yaml.load(file.read_text("utf-8"), yaml.BaseLoader)
    draw.shuffle(content[kind_of_list(file)])
    file.write_text(yaml.dump(content, allow_unicode=True, sort_keys=False), "utf-8")


def move_some_to_another_list(draw: random.Random, file: Path) -> None:
    file = draw.choice(list_files(file))
    kind, content = kind_of_list(file), yaml.load(file.read_text("utf-8"), yaml.BaseLoader)
    other = summaries_of(file) / kind / f"more-{draw.randrange(3)}.yml"
    other.parent.mkdir(exist_ok=True)
    if other != file and len(content[kind]) > 9:
        there = yaml.load(other.read_text("utf-8"), yaml.BaseLoader) if other.is_file() else {kind: []}
        there[kind] += [content[kind].pop(draw.randrange(len(content[kind]))) for _ in range(3)]
        other.write_text(yaml.dump(there, allow_unicode=True, sort_keys=False), "utf-8")
        file.write_text(yaml.dump(content, allow_unicode=True, sort_keys=False), "utf-8")


def summaries_of(file: Path) -> Path:
    return next(folder for folder in file.parents if (folder / "explainer.yml").is_file())


LISTS = ("sources", "terms", "places", "questions")


def list_files(file: Path) -> list[Path]:
    summaries = summaries_of(file)
    each = (path for kind in LISTS for path in (summaries / f"{kind}.yml", *summaries.glob(f"{kind}/*.yml")))
    return sorted(path for path in each if path.is_file())


def kind_of_list(file: Path) -> str:
    return file.stem if file.stem in LISTS else file.parent.name


def change_a_template(draw: random.Random, file: Path) -> None:
    templates = file.parents[1] / "templates"
    if not templates.is_dir():
        templates = file.parents[2] / "templates"
    template = draw.choice(sorted(templates.glob("pages/*.jinja")))
    template.write_text(template.read_text("utf-8") + f"\n<!-- {draw.randrange(1000)} -->\n", "utf-8")


EDITS_BY_SHARE = (
    *[change_a_text] * 8,
    *[drop_something] * 5,
    *[move_a_date] * 4,
    *[delete_it] * 2,
    *[copy_it] * 2,
    make_it_a_draft,
    rename_it,
    write_a_comment,
    cite_another_source,
    cite_another_source,
    reorder_a_list,
    move_some_to_another_list,
    change_a_template,
)


@pytest.mark.parametrize("seed", [1, 2])
def test_after_each_of_many_edits_docs_are_as_made_from_nothing(project: Project, seed: int) -> None:
    draw = random.Random(seed)
    update(project)
    kept = done = 0
    while done < EDITS:
        summaries = sorted(project.summaries.rglob("*.yml"))
        file = draw.choice(
            summaries if draw.random() < 0.8 else [each for each in summaries if each.parent == project.summaries]
        )
        before = {each: each.read_bytes() for each in summaries}
        draw.choice(EDITS_BY_SHARE)(draw, file)
        try:
            made = update(project)
        except SummaryError:  # it was no correct edit
            for each in set(project.summaries.rglob("*.yml")) - before.keys():
                each.unlink()
            for each, data in before.items():
                each.write_bytes(data)
            continue
        done += 1
        kept += len(made.kept) > len(made.pages)
        clean = complete(inspect(project), project)
        assert in_docs(project) == files(clean), f"edit {done}: {file.name}"
        assert {path.name: path.read_bytes() for path in project.schemas.iterdir()} == clean.schemas
    assert kept > EDITS / 2


@pytest.mark.parametrize(
    "site", ["every-field", "good-friday", "persian", "river-accord", "state-treaty", "kept-and-left"]
)
def test_without_an_edit_nothing_is_made_again(site: str, tmp_path: Path) -> None:
    project = furnish(tmp_path)
    shutil.copytree(SITES / site / "summaries", project.summaries)
    first = update(project)
    assert {each.path for each in first.pages} < first.traces.made.keys()
    second = update(project)
    assert (second.pages, second.schemas) == ((), {})
    assert second.assets.keys() == {f"data/{path}" for path in inspect(project).explainer.files}
    assert second.traces == first.traces


def test_a_text_that_only_its_own_page_shows_makes_few_pages_again(project: Project) -> None:
    update(project)
    party = max((project.summaries / "parties").glob("party-*.yml"))
    content = yaml.load(party.read_text("utf-8"), yaml.BaseLoader)
    content["summary"] += " Nobody else says so."
    party.write_text(yaml.dump(content, allow_unicode=True, sort_keys=False), "utf-8")
    before = in_docs(project)
    made = update(project)
    changed = [path for path, data in in_docs(project).items() if data != before[path] and path.endswith(".md")]
    assert changed == [f"parties/{party.stem}.md"]
    assert len(made.pages) < RECORDS / 4
    assert len(made.kept) > RECORDS


def test_a_file_in_docs_that_is_not_as_it_was_written_is_written_again(project: Project) -> None:
    update(project)
    before = in_docs(project)
    (project.docs / "data" / "visits.csv").write_text("lost")
    (project.docs / "timeline" / "index.md").unlink()
    made = update(project)
    assert in_docs(project) == before
    assert [page.path for page in made.pages] == ["timeline/index.md"]


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[:-9], lambda data: data.replace(b"a", b"b", 1)])
def test_traces_that_are_damaged_are_not_used(project: Project, damage: Callable[[bytes], bytes]) -> None:
    made = update(project)
    assert load_traces(project) == made.traces != NOTHING_MADE
    file = project.root / FILE
    file.write_bytes(damage(file.read_bytes()))
    assert load_traces(project) == Traces()


def test_what_came_of_a_visit_with_a_headline_makes_no_list_again(project: Project) -> None:
    """Nor the drawings, the table of sources, the calendar or a feed, which don't show it either."""
    update(project)
    visit = next(path for path in sorted((project.summaries / "visits").glob("*.yml")) if has_outcome(path))
    content = yaml.load(visit.read_text("utf-8"), yaml.BaseLoader)
    content["outcomes"][0]["text"] += " Nobody else says so."
    visit.write_text(yaml.dump(content, allow_unicode=True, sort_keys=False), "utf-8")
    made = update(project)
    assert [page.path for page in made.pages] == ["downloads.md", "state.md", f"visits/{visit.stem}.md"]
    summaries = {f"data/{path}" for path in inspect(project).explainer.files}
    assert made.assets.keys() - summaries == {"data/explainer.json", "data/visits.csv", "data/datapackage.json"}


def test_what_an_edit_can_make_no_difference_to_is_not_asked_again(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    update(project)
    party = max((project.summaries / "parties").glob("party-*.yml"))
    content = yaml.load(party.read_text("utf-8"), yaml.BaseLoader)
    content["summary"] += " Nobody else says so."
    party.write_text(yaml.dump(content, allow_unicode=True, sort_keys=False), "utf-8")
    asked = set[Question]()
    digest = Answers.digest

    def noted(self: Answers, question: Question) -> str:
        asked.add(question)
        return digest(self, question)

    monkeypatch.setattr(Answers, "digest", noted)
    before = load_traces(project)
    assert len(complete(inspect(project), project, before).pages) < RECORDS / 4
    assert len(asked) < len(before.questions) / 3


def has_outcome(path: Path) -> bool:
    content = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)
    return "headline" in content and "outcomes" in content
