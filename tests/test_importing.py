"""Summaries from tables and libraries: what is written, and that nothing is while anything is wrong.

with `.yml`, the arguments, the report and the files it must give.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml
from golden import ROOT
from test_cli import as_printed, contents, project, run

from builder.assembly import inspect
from builder.citing import bibtex_of_sources, csl_of_sources
from builder.columns import needed_columns
from builder.documents import Document
from builder.filing import create
from builder.kinds import RECORDS
from builder.libraries import sources_of
from builder.problems import MachineError
from builder.project import Project
from builder.references import Source

__all__ = ["project"]

CASES = sorted(path for path in (Path(__file__).parent / "imports").iterdir() if path.suffix != ".yml")


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_a_file_gives_its_summaries_or_its_report(case: Path, project: Path, request: pytest.FixtureRequest) -> None:
    wanted = case.with_name(f"{case.name}.yml")
    expected = yaml.safe_load(wanted.read_text("utf-8"))
    before = contents(project / "summaries")
    shutil.copy(case, project)
    found = run(project, "import", expected["kind"], case.name, *expected.get("arguments", []))
    after = contents(project / "summaries")
    told = {"report": as_printed(found.stdout + found.stderr), "files": _new_text(before, after)}
    if request.config.getoption("--update-golden"):
        kept = {name: expected[name] for name in ("kind", "arguments") if name in expected}
        wanted.write_text(_dumped(kept | told), "utf-8")
    else:
        assert told == {"report": expected["report"], "files": expected["files"]}
    assert "Traceback" not in found.stderr
    assert found.returncode == (1 if "problem" in found.stderr else 0)
    if found.returncode:
        assert after == before
    else:
        checked = run(project, "check")
        assert checked.returncode == 0, checked.stderr
        again = run(project, "import", expected["kind"], case.name, *expected.get("arguments", []))
        assert again.returncode == 1
        assert "is taken (first at summaries/" in again.stderr
        assert contents(project / "summaries") == after


def _new_text(before: dict[str, bytes], after: dict[str, bytes]) -> dict[str, str]:
    """New files, and of those that were there what was added."""
    return {
        path: data.decode().removeprefix(before.get(path, b"").decode())
        for path, data in sorted(after.items())
        if data != before.get(path)
    }


def _dumped(case: dict[str, object]) -> str:
    class Dumper(yaml.SafeDumper):
        pass

    def text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)

    Dumper.add_representer(str, text)
    return yaml.dump(case, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=1000)


@pytest.mark.parametrize("name", ["sources.json", "sources.bib"])
def test_what_the_site_offers_for_download_can_be_imported(name: str) -> None:
    """The sources of this repository, exported for other programs, come back as they were.

    Who speaks is not in these formats, nor where a report was read; unsure dates come back less exact.
    """
    found = inspect(Project(root=ROOT))
    write = csl_of_sources if name.endswith("json") else bibtex_of_sources
    exported = write(found.explainer, found.words).decode()
    plain = [Document(path="", root=fields, data=b"").plain() for fields in sources_of(exported, name)]
    again = {str(fields["id"]): Source.model_validate({"standing": "official", **fields}) for fields in plain}
    for source in found.explainer.sources:
        back = again.pop(source.id)
        assert (back.title, back.URL, back.publisher) == (source.title, source.URL, source.publisher)
        assert [author.name for author in back.author] == [author.name for author in source.author]
        if source.issued and source.issued.is_day:
            assert back.issued == source.issued
    assert again == {}


@pytest.mark.parametrize("value", ["[" * 100_000, "1" * 5_000], ids=["deep", "long"])
def test_json_that_no_program_would_write_is_refused(project: Path, value: str) -> None:
    (project / "library.json").write_text(f'[{{"id": "one", "title": {value}}}]', "utf-8")
    found = run(project, "import", "sources", "library.json")
    assert found.returncode == 1
    assert re.match(r"library\.json:1:\d+: this is no JSON from here on", found.stderr), found.stderr


def test_five_hundred_rows_are_written_at_once(project: Path) -> None:
    rows = "".join(
        f"talks-{number},Talks {number},2018-06-12,high,russia;dprk,held,mt-20190423\n" for number in range(500)
    )
    (project / "visits.csv").write_text(f"id,title,date,level,parties,status,sources\n{rows}", "utf-8")
    found = run(project, "import", "visits", "visits.csv")
    assert found.stdout.startswith("Wrote 500 visits to summaries/visits.\n"), found.stderr


def test_help_says_which_columns_a_table_needs(project: Path) -> None:
    said = run(project, "import", "--help").stdout
    for model in RECORDS:
        assert re.search(rf"^ +{model.kind_name} +{', '.join(needed_columns(model))}$", said, re.M), model


def test_new_files_are_written_all_or_none_and_over_nothing(tmp_path: Path) -> None:
    there = tmp_path / "there.yml"
    there.write_text("old", "utf-8")
    with pytest.raises(MachineError, match=r"^there\.yml can't be written: it is there already$"):
        create({tmp_path / "a.yml": b"new", there: b"new"})
    with pytest.raises(MachineError, match=r"can't be written"):
        create({tmp_path / "a.yml": b"new", there / "b.yml": b"new"})
    assert contents(tmp_path) == {"there.yml": b"old"}


def test_a_list_in_brackets_is_not_added_to(project: Path) -> None:
    (project / "summaries" / "terms.yml").write_text("terms: [{id: a-term, term: a, definition: A.}]\n", "utf-8")
    before = contents(project / "summaries")
    found = run(project, "new", "term", "b-term", "--set", "term=b", "--set", "definition=B.")
    assert found.returncode == 1
    assert found.stderr == (
        "summaries/terms.yml:1:8: this list can't be added to "
        "(write 'terms:' and below it '  - id: ...' for each entry) [list]\n1 problem; nothing was changed.\n"
    )
    assert contents(project / "summaries") == before


def test_an_empty_list_is_to_be_deleted(project: Path) -> None:
    (project / "summaries" / "terms.yml").write_text("# none yet\nterms: []\n", "utf-8")
    found = run(project, "new", "term", "b-term", "--set", "term=b", "--set", "definition=B.")
    assert found.stderr.splitlines()[0] == (
        "summaries/terms.yml:2:8: this list can't be added to "
        "(nothing is in it: delete the file, and it is written anew) [list]"
    )
