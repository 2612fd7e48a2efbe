"""The invented explainers of the benchmark: valid, the same each time, and valid after each edit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from golden import furnish

from benchmarks.edits import EDITS, Explainer, start_over
from benchmarks.invented import write_invented
from benchmarks.peers.generators import peers
from benchmarks.peers.simple_pages import simple_pages
from builder.assembly import complete
from builder.inspection import inspect
from builder.project import Project

RECORDS = 100


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_invented_explainer_has_no_problems_and_is_like_a_real_one(tmp_path: Path) -> None:
    project = furnish(tmp_path)
    ids = write_invented(project.summaries, RECORDS)
    found = inspect(project)
    assert found.warnings == ()
    with_page = len((*ids.parties, *ids.visits, *ids.projects, *ids.constraints))
    read = [yaml.load(path.read_bytes(), yaml.CSafeLoader) for path in project.summaries.rglob("*.yml")]
    statements = [made for made in everything(read) if "text" in made and "sources" in made]
    texts = [str(made["text"]) for made in statements]
    links = sum(text.count("[[") for text in texts)
    words = sum(len(text.split()) for text in texts)
    cited = sum(len(made["sources"]) for made in statements)
    assert with_page == RECORDS
    assert 4.5 < len(statements) / with_page < 6.5
    assert 17 < words / len(statements) < 20
    assert 1.9 < cited / len(statements) < 2.4
    assert 0.3 < links / len(statements) < 0.5
    assert 3.9 < len(ids.sources) / with_page < 4.2


def everything(made: object) -> list[dict[str, list[str] | str]]:
    """All mappings in it."""
    match made:
        case dict():
            return [made, *(each for value in made.values() for each in everything(value))]
        case list():
            return [each for value in made for each in everything(value)]
    return []


def test_the_same_seed_gives_the_same_files_and_another_one_others(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        write_invented(tmp_path / name, RECORDS, seed)
    one, again, other = (contents(tmp_path / name) for name in ("one", "again", "other"))
    assert one == again
    assert one.keys() >= {"sources.yml", "explainer.yml", "parties/leader-1.yml"}
    assert [path for path in one if one[path] == other.get(path)] == []


@pytest.fixture
def made(tmp_path: Path) -> Explainer:
    project = furnish(tmp_path)
    template = tmp_path / "templates" / "pages" / "visits.md.jinja"
    text = template.read_text("utf-8")
    (tmp_path / "templates").unlink()
    template.parent.mkdir(parents=True)
    template.write_text(text, "utf-8")
    return Explainer(tmp_path, write_invented(project.summaries, RECORDS))


def test_each_edit_changes_one_file_in_each_turn_and_leaves_no_problems(made: Explainer) -> None:
    changed = {}
    for turn in range(2):
        for name, edit in EDITS.items():
            before = files_of(made)
            edit(made, turn)
            after = files_of(made)
            changed[name, turn] = [path for path in before if after.get(path) != before[path]]
    project = Project(root=made.root)
    built = complete(inspect(project), project)
    assert {warning.rule for warning in built.warnings} == {"unused"}  # what only the deleted visits cited
    pages = {page.path: page.body for page in built.pages}
    assert [path for path, body in pages.items() if "In turn 1, " in body] == ["visits/visit-34.md"]
    shown = {path for path, body in pages.items() if "\nTurn 1.\n" in body}
    assert shown == {f"visits/{visit}.md" for visit in made.ids.visits if f"visits/{visit}.md" in pages}
    assert len(shown) == len(made.ids.visits) - 2
    assert changed == {
        **{("one text", turn): ["summaries/visits/visit-34.yml"] for turn in range(2)},
        **{("a name", turn): ["summaries/parties/leader-1.yml"] for turn in range(2)},
        **{("a date", turn): ["summaries/visits/visit-31.yml"] for turn in range(2)},
        ("a deletion", 0): ["summaries/visits/visit-1.yml"],
        ("a deletion", 1): ["summaries/visits/visit-6.yml"],
        **{("a template", turn): ["templates/pages/visits.md.jinja"] for turn in range(2)},
        **{("a setting", turn): ["summaries/explainer.yml"] for turn in range(2)},
        **{("nothing", turn): [] for turn in range(2)},
    }


def files_of(made: Explainer) -> dict[str, bytes]:
    folders = ("summaries", "templates")
    return {f"{name}/{path}": data for name in folders for path, data in contents(made.root / name).items()}


def test_starting_over_leaves_what_was_written_by_hand(made: Explainer) -> None:
    before = contents(made.root / "docs")
    for path in ("site/index.html", ".cache/pages/1", "docs/visits/visit-1.md"):
        (made.root / path).parent.mkdir(parents=True, exist_ok=True)
        (made.root / path).write_text("generated", "utf-8")
    start_over(made, 0)
    assert contents(made.root / "docs") == before
    assert not (made.root / "site").exists()
    assert not (made.root / ".cache").exists()


def test_simple_pages_link_only_to_one_another_and_to_sources(tmp_path: Path) -> None:
    ids = write_invented(tmp_path, RECORDS)
    pages = {page.path: page for page in simple_pages(tmp_path, lambda kind, id: f"{kind}/{id}")}
    lists = {"", *(f"{kind}/" for kind in ("stages", "visits", "projects", "constraints", "parties"))}
    assert len(pages) == RECORDS + len(ids.stages) + len(lists)
    targets = {target for page in pages.values() for target in re.findall(r"\]\(([^)]*)\)", page.body)}
    assert {target for target in targets if not target.startswith("https://")} == pages.keys() - lists


def test_a_peer_is_edited_in_one_place(tmp_path: Path) -> None:
    write_invented(tmp_path / "summaries", RECORDS)
    (mkdocs,) = peers(tmp_path / "summaries", tmp_path, None)
    before = contents(mkdocs.root)
    for turn in range(2):
        mkdocs.edit(turn)
    after = contents(mkdocs.root)
    assert {path: after[path] for path in after if after[path] != before[path]} == {
        "docs/parties/state-9.md": before["docs/parties/state-9.md"] + b"\nIn turn 1.\n"
    }
