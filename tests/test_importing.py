"""Summaries from tables and libraries: what is written, and that nothing is while anything is wrong.

with `.yml`, the arguments, the report and the files it must give.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from golden import ROOT
from test_cli import contents, project, run

from builder.project import Project

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
    told = {"report": found.stdout + found.stderr, "files": _new_text(before, after)}
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


@pytest.mark.parametrize("name", ["sources.csl.json", "sources.bib"])
def test_what_the_site_offers_for_download_can_be_imported(name: str, project: Path) -> None:
    """The sources of this repository, exported for other programs, come back as the same records.

    What these formats do not hold is left out: who speaks, where a report was read, unsure parts of dates.
    """
    from builder.assembly import inspect
    from builder.citing import bibtex_of_sources, csl_of_sources

    found = inspect(Project(root=ROOT))
    write = csl_of_sources if name.endswith("json") else bibtex_of_sources
    (project / name).write_bytes(write(found.explainer, found.words))
    made = _imported(project, name)
    assert made.keys() == {source.id for source in found.explainer.sources}
    for source in found.explainer.sources:
        again = made[source.id]
        assert again["title"] == (str(source.title) if source.title else None)
        assert again["URL"] == source.URL
        assert again["publisher"] == (str(source.publisher) if source.publisher else None)
        assert again["author"] == [author.name for author in source.author]


def _imported(project: Path, name: str) -> dict[str, dict[str, object]]:
    from builder.documents import Document
    from builder.libraries import sources_of
    from builder.references import Source

    records = [
        Source.model_validate({"standing": "official", **Document(path=name, root=fields, data=b"").plain()})
        for fields in sources_of((project / name).read_text("utf-8"), name)
    ]
    return {
        record.id: {
            "title": str(record.title) if record.title else None,
            "URL": record.URL,
            "publisher": str(record.publisher) if record.publisher else None,
            "author": [author.name for author in record.author],
        }
        for record in records
    }
