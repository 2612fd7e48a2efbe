"""`explainer import`: what it writes, and that it writes nothing if anything is wrong.

For each file in tests/imports/, the file of the same name with `.yml` added gives the arguments, the expected report
and the expected summaries.
"""

from __future__ import annotations

import csv
import itertools
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random
from types import ModuleType

import pytest
import yaml
from command import as_printed, contents, run
from golden import EXPLAINER, ROOT, TESTS, furnish
from outline import collapsed

from builder.editing.importing import existing_records
from builder.editing.importing.importer import Options, import_file
from builder.editing.importing.references.reference_fields import sources_of
from builder.editing.importing.tables.columns import needed_columns
from builder.editing.saving import create
from builder.editing.yaml_style import tidy
from builder.exports.citations import bibtex_of_sources, csl_of_sources
from builder.inspection import inspect
from builder.parsing import yaml_reader
from builder.parsing.documents import Document
from builder.problems import MachineError, SummaryError
from builder.project import Project
from builder.records.models.kinds import RECORDS
from builder.records.models.source import TYPES, Source
from builder.records.models.visit import Visit

CASES = sorted(path for path in (TESTS / "imports").iterdir() if path.suffix != ".yml")


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_a_file_gives_the_expected_summaries_or_report(
    case: Path, project: Path, request: pytest.FixtureRequest
) -> None:
    golden = case.with_name(f"{case.name}.yml")
    expected = yaml.safe_load(golden.read_text("utf-8"))
    before = contents(project / "summaries")
    shutil.copy(case, project)
    found = run(project, "import", expected["kind"], case.name, *expected.get("arguments", []))
    after = contents(project / "summaries")
    result = {"report": as_printed(found.stdout + found.stderr), "files": _new_text(before, after)}
    if request.config.getoption("--update-golden"):
        kept = {name: expected[name] for name in ("kind", "arguments") if name in expected}
        golden.write_text(_dumped(kept | result), "utf-8")
    else:
        assert result == {"report": expected["report"], "files": expected["files"]}
    assert "Traceback" not in found.stderr
    assert found.returncode == (1 if "problem" in found.stderr else 0)
    if found.returncode:
        assert after == before
    else:
        checked = run(project, "check")
        assert checked.returncode == 0, checked.stderr
        again = run(project, "import", expected["kind"], case.name, *expected.get("arguments", []))
        assert again.returncode == 0
        assert "Nothing to do: " in again.stdout
        assert contents(project / "summaries") == after


def test_a_kind_can_be_typed_in_both_numbers(project: Path) -> None:
    (project / "terms.csv").write_text(
        "id,term,definition,sources\nsummit-term,summit,A meeting.,mt-20190423\n", "utf-8"
    )
    found = run(project, "import", "term", "terms.csv")
    assert (found.returncode, as_printed(found.stdout)) == (
        0,
        "Wrote 1 term to summaries/terms.yml.\nNext: say more in it (also), then run: python -m builder check\n",
    )
    assert run(project, "import", "terms", "terms.csv").stdout.startswith("Nothing to do: 1 term is there already")


def _new_text(before: dict[str, bytes], after: dict[str, bytes]) -> dict[str, str]:
    """The text of new files, and the text added to existing ones."""
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
def test_sources_downloaded_from_the_site_can_be_imported(name: str, tmp_path: Path) -> None:
    """Exporting and importing sources gives the same sources, of every type and with every date.

    Only notes change: links in them become plain text, and in BibTeX their paragraphs become one.
    """
    shutil.copytree(EXPLAINER / "summaries", furnish(tmp_path).summaries)
    with (tmp_path / "summaries" / "sources.yml").open("a", encoding="utf-8") as file:
        file.write("".join(map(to_json_item, sources_of_every_type())))
    found = inspect(Project(root=tmp_path))
    write = csl_of_sources if name.endswith("json") else bibtex_of_sources
    exported = write(found.explainer, found.words).decode()
    plain = [Document(path="", root=fields, data=b"").plain() for fields in sources_of(exported, name).sources]
    again = [Source.model_validate(fields) for fields in plain]
    assert list(map(cited, again)) == list(map(cited, found.explainer.sources))
    assert {source.type for source in again} == set(TYPES)


def cited(source: Source) -> dict[str, object]:
    """What a citation of a source says."""
    return {**source.model_dump(exclude={"note", "summary", "reviewed"}), "note": collapsed(source.note or "")}


def sources_of_every_type() -> Iterator[dict[str, object]]:
    """A source of each type with each choice of container and publisher, and one with each kind of date."""
    full = {
        "title": "The pier: 50% & {more} \\ “notes”",
        "author": [{"family": "de la Berg", "given": "Anna M."}, {"literal": "The Harbour and Pier Board"}],
        "issued": "2018-06-12",
        "URL": "https://example.org/a_b?c=%20d&e#f~g",
        "doi": "10.1002/(SICI)1097-4571(199806)49:8<693::AID_ASI4>3.0.CO;2-%",
        "archive": "https://archive.example.org/2018/https://example.org/a_b?c=%20d",
        "accessed": "2019-12-30",
        "language": "en-GB",
        "standing": "analyst",
        "via": "a copy at {harbours} & piers",
        "note": "Read in print.",
    }
    names: tuple[dict[str, object], ...] = (
        {},
        {"container": "The Pier"},
        {"publisher": "Pier House"},
        {"container": "T", "publisher": "P"},
    )
    for kind, (number, named) in itertools.product(TYPES, enumerate(names)):
        yield {"id": f"{kind.replace('_', '-')}-{number}", "type": kind, **full, **named}
    dates = ("2018", "2018-06?", "2018-06-XX", "201X", "2018-22", "2018-03/..", "2018-21/2018-23", "2018~/2019%")
    for number, date in enumerate((*dates, "[2018-06-12,2018-06-14]")):
        yield {"id": f"date-{number}", "type": "speech", "publisher": "P", "issued": date, "standing": "official"}


def to_json_item(source: dict[str, object]) -> str:
    return f"\n  - {json.dumps(source, ensure_ascii=False)}"


@pytest.mark.parametrize("value", ["[" * 100_000, "1" * 5_000], ids=["deep", "long"])
def test_json_with_extreme_depth_or_numbers_is_refused(project: Path, value: str) -> None:
    (project / "library.json").write_text(f'[{{"id": "one", "title": {value}}}]', "utf-8")
    found = run(project, "import", "sources", "library.json")
    assert found.returncode == 1
    assert re.match(r"library\.json:1:\d+: this is not valid JSON from here on", found.stderr), found.stderr


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


def test_new_files_are_written_all_or_none_and_never_overwrite_a_file(tmp_path: Path) -> None:
    there = tmp_path / "there.yml"
    there.write_text("old", "utf-8")
    with pytest.raises(MachineError, match=r"^there\.yml can't be written: it already exists$"):
        create({tmp_path / "a.yml": b"new", there: b"new"})
    with pytest.raises(MachineError, match=r"can't be written"):
        create({tmp_path / "a.yml": b"new", there / "b.yml": b"new"})
    assert contents(tmp_path) == {"there.yml": b"old"}


def test_nothing_is_added_to_a_list_in_brackets(project: Path) -> None:
    (project / "summaries" / "terms.yml").write_text("terms: [{id: a-term, term: a, definition: A.}]\n", "utf-8")
    before = contents(project / "summaries")
    found = run(project, "new", "term", "b-term", "--set", "term=b", "--set", "definition=B.")
    assert found.returncode == 1
    assert found.stderr == (
        "summaries/terms.yml:1:8: nothing can be added to this list "
        "(write 'terms:' and below it '  - id: ...' for each entry) [list]\n1 problem; nothing was changed.\n"
    )
    assert contents(project / "summaries") == before


def test_for_an_empty_list_the_hint_is_to_delete_the_file(project: Path) -> None:
    (project / "summaries" / "terms.yml").write_text("# none yet\nterms: []\n", "utf-8")
    found = run(project, "new", "term", "b-term", "--set", "term=b", "--set", "definition=B.")
    assert found.stderr.splitlines()[0] == (
        "summaries/terms.yml:2:8: nothing can be added to this list "
        "(it is empty: delete the file, and a new one will be written) [list]"
    )


COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("one", "two", "a-third", "Two", "russia", "", "con"),
    "title": ("Talks", "a: b #c", '"Talks"', "- x", "0", "[[russia]]", "=1+1", "two\nlines", "…\u00a0é 조선"),
    "date": ("2018-06-12", "2018-06~", "12.06.2018", "2018-12-12 00:00:00", "soon", ""),
    "level": ("high", "leaders", "hihg"),
    "parties": ("russia;dprk", "russia, dprk", "russia dprk", "russia\ndprk", "nobody;dprk"),
    "status": ("held", "planned", "Held"),
    "sources": ("mt-20190423", "mt-20190423 paras. 4, 7; fishnews-36329", "mt-20190423, fishnews-36329", "nowhere"),
    "summary": ("", "One.\n\nTwo: three.", "word " * 60, "See [[russia|it]].", "[[nowhere]]", "\u200b", "| a | b |"),
    "outcomes.text": ("", "They met.", "# no comment"),
    "outcomes.sources": ("mt-20190423", "mt-20190423 para. 2", ""),
    "short": ("Talks", "a: b #c", "null"),
}
"""Columns of a table of visits and possible values, of which the first is valid."""


@pytest.mark.parametrize("seed", range(4))
def test_a_random_table_is_imported_unchanged_or_refused_with_existing_lines(project: Path, seed: int) -> None:
    random = Random(seed)
    written = 0
    for number in range(25):
        before = contents(project / "summaries")
        header, rows = _table(random, prefix=f"{seed}-{number}-")
        file = project / "visits.csv"
        with file.open("w", encoding=random.choice(["utf-8", "utf-8-sig"]), newline="") as stream:
            end = random.choice(["\n", "\r\n"])
            csv.writer(stream, delimiter=random.choice(",;\t"), lineterminator=end).writerows([header, *rows])
        try:
            imported = import_file(Project(root=project), "visits", file, file.name, {}, Options())
        except SummaryError as error:
            assert contents(project / "summaries") == before
            lines = file.read_text("utf-8-sig").split("\n")
            for problem in error.problems:
                at = problem.location
                assert at.path == file.name
                assert at.column <= len(lines[at.line - 1]) + 1, problem
            continue
        written += 1
        visits = inspect(Project(root=project)).explainer.records
        for row in rows:
            cells = dict(zip(header, row, strict=False))
            if cells["id"] not in imported.new:
                continue
            visit = visits[cells["id"]]
            assert isinstance(visit, Visit)
            assert (visit.title, visit.summary or "") == (tidy(cells["title"]), tidy(cells.get("summary", "")))
    assert 3 < written < 25


def _table(random: Random, prefix: str) -> tuple[list[str], list[list[str]]]:
    """A header and rows, most of them valid."""
    header = random.sample(list(COLUMNS)[:7], 7) + random.sample(list(COLUMNS)[7:], random.randint(0, 3))
    rows = []
    for number in range(random.randint(1, 4)):
        row = [COLUMNS[name][0] if random.random() < 0.95 else random.choice(COLUMNS[name]) for name in header]
        if random.random() < 0.9:
            row[header.index("id")] = f"{prefix}{number}"
        title = random.choice(COLUMNS["title"])
        row[header.index("title")] = f"{title} {prefix}{number}" if title.strip() else title
        rows.append([*row, ""] if random.random() < 0.2 else row)
    return header, rows


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (["mystery=x"], "unknown field 'mystery' (one of: id, type, title,"),
        (["standing=newspapr"], "standing: unknown standing 'newspapr' (did you mean 'newspaper'?)\n"),
        (["author=Anna Berg"], "'author' holds more than text: write it in the file\n"),
        (["standing=official", "standing=newspaper"], "--set standing is given twice\n"),
        (
            ["standing=", "issued=12/13/2018"],
            "standing: 'standing' is empty (write who speaks, so that readers can weigh what it says)\n"
            "issued: '12/13/2018' is not a d",
        ),
    ],
)
def test_a_wrong_value_given_for_all_records_is_reported_once(project: Path, settings: list[str], said: str) -> None:
    shutil.copy(ROOT / "tests" / "imports" / "library.json", project)
    before = contents(project / "summaries")
    found = run(project, "import", "sources", "library.json", *(word for each in settings for word in ("--set", each)))
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.partition("Error: ")[2].startswith(said)
    assert contents(project / "summaries") == before


def test_a_library_of_five_thousand_sources_is_imported(project: Path) -> None:
    library = [
        {
            "id": f"source-{number}",
            "type": "article-newspaper",
            "title": f"The talks of day {number}",
            "author": [{"family": "Holm", "given": "Rosa"}, {"literal": "The Harbour and Pier Board"}],
            "issued": {"date-parts": [[2019, 4, 25]]},
            "container-title": "The Herald",
            "publisher": "Pier House",
            "URL": f"https://example.org/{number}",
            "language": "en",
            "accessed": {"date-parts": [[2019, 5, 1]]},
        }
        for number in range(5_000)
    ]
    (project / "library.json").write_text(json.dumps(library), "utf-8")
    found = run(project, "import", "sources", "library.json", "--set", "standing=newspaper")
    assert found.stdout.startswith("Wrote 5000 sources to summaries/sources.yml.\n"), found.stderr


FEWER = "(import fewer, or move some sources into another file in 'summaries/sources')"


@pytest.mark.parametrize(
    ("module", "limit", "value", "found"),
    [
        (existing_records, "MAX_BYTES", 1_000, f"more than 1,000 bytes {FEWER} [too-big]"),
        (yaml_reader, "MAX_VALUES", 100, f"too many values {FEWER} [too-many]"),
    ],
)
def test_a_list_that_would_get_too_long_is_refused_at_a_line_that_exists(
    project: Path, module: ModuleType, limit: str, value: int, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, limit, value)
    items = [{"id": f"x-{number}", "type": "webpage", "title": "A title"} for number in range(20)]
    file = project / "library.json"
    file.write_text(json.dumps(items), "utf-8")
    with pytest.raises(SummaryError) as caught:
        import_file(Project(root=project), "sources", file, file.name, {"standing": "official"}, Options())
    assert str(caught.value) == f"library.json:1:1: with these 20 sources, sources.yml would have {found}"
