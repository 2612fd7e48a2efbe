"""The schemas of the summaries, checked with an independent validator against real summaries."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from check_jsonschema import main  # type: ignore[import-untyped]  # it has no type hints
from click.testing import CliRunner
from command import contents, run
from golden import BASE, ROOT, SITES, furnish

from builder.assembly import schemas_of
from builder.checks.consistency import check_consistency
from builder.dates.edtf_dates import PATTERN, Date, DateError
from builder.explainer.linking import link
from builder.exports.json_schema import files_of_kinds
from builder.inspection import words_of
from builder.problems import SummaryError
from builder.project import Project
from builder.records.loading import load
from builder.records.models.kinds import SINGULARS
from builder.site.docs_folder import write_schemas

EXPLAINERS = sorted(SITES.glob("*/summaries"))
VISIT = "visits/kim-putin-vladivostok.yml"
WIRE = "title: A wire\nparties: [russia, dprk]\nstatus: idea\n"
RULE = "title: A rule\ndate: 2017\nadopted_by: [russia]\n"
TERM = "terms:\n  - id: summit-term\n    term: summit\n    definition: A meeting of leaders.\n"


def project_of(summaries: Path, root: Path) -> Project:
    """Make an explainer with a copy of the summaries, and write its schemas."""
    project = furnish(root)
    shutil.copytree(summaries, project.summaries)
    write_schemas(schemas_of(project), project.schemas)
    return project


def errors_in(schema: Path, *files: Path) -> str:
    """Return the errors that check-jsonschema finds in the files, or nothing if they are valid."""
    result = CliRunner().invoke(main, ["--schemafile", str(schema), "--output-format", "json", *map(str, files)])
    found = json.loads(result.stdout)
    assert found["status"] == ("fail" if result.exit_code else "ok")
    assert not found.get("parse_errors")
    return "\n".join(f"{error['path']}: {error['message']}" for error in found.get("errors", ()))


def rules_broken(project: Project) -> list[str]:
    """Return the rules that the builder reports for the summaries."""
    try:
        summaries = load(project.summaries)
        check_consistency(link(summaries), words_of(project, summaries))
    except SummaryError as error:
        return [problem.rule for problem in error.problems]
    return []


@pytest.mark.parametrize("summaries", EXPLAINERS, ids=lambda path: path.parent.name)
def test_every_summary_is_valid_by_its_schema(summaries: Path, tmp_path: Path) -> None:
    project = project_of(summaries, tmp_path)
    checked: set[Path] = set()
    for name, patterns in files_of_kinds().items():
        files = sorted(file for pattern in patterns for file in project.summaries.glob(pattern))
        checked.update(files)
        if files:
            assert errors_in(project.schemas / name, *files) == ""
    assert checked == set(project.summaries.rglob("*.yml"))


def test_the_schemas_are_valid_json_schemas(tmp_path: Path) -> None:
    project = project_of(SITES / "one-of-each" / "summaries", tmp_path)
    files = sorted(project.schemas.glob("*.schema.json"))
    assert len(files) == len(files_of_kinds()) == 15
    assert CliRunner().invoke(main, ["--check-metaschema", *map(str, files)]).exit_code == 0


@pytest.mark.parametrize(
    ("typed", "instead", "error"),
    [
        ("status: held", "status: hold", r"\$\.history\[1\]\.status: 'hold' is not one of \['invited',.*"),
        ("level: leaders", "level: leader", r"\$\.level: 'leader' is not one of .*"),
        ("venue:", "venu:", r"\$: Additional properties are not allowed \('venu' was unexpected\)"),
        ("expected:", "exspected:", r"\$\.history\[0\]: Additional properties .*'exspected' was unexpected\)"),
        ("title: Kim and Putin in Vladivostok\n", "", r"\$: 'title' is a required property"),
        ("[kim-jong-un,", "[kim-jong,", r"\$\.parties\[0\]: 'kim-jong' is not one of .*"),
        ("[kim-jong-un, vladimir-putin]", "[kim-jong-un]", r"\$\.parties: \['kim-jong-un'\] is too short"),
        ("place: vladivostok", "place: kim-jong-un", r"\$\.place: 'kim-jong-un' is not one of .*"),
        (
            "[newsam-509252 para. 3]",
            "[newsam-50925 para. 3]",
            r"\$\.outcomes\[0\]\.sources\[0\]: .*not valid under any.*",
        ),
        ("date: 2019-04-25\nplace", "date: 25 April 2019\nplace", r"\$\.date: '25 April 2019' does not match .*"),
        ("title: Kim and Putin in Vladivostok", "title:", r"\$\.title: None is not of type 'string', 'number'"),
        ("title: ", "id: x\ntitle: ", r"\$: Additional properties are not allowed \('id' was unexpected\)"),
        ("venue: Far Eastern Federal University", "venue: 1899", ""),
        ("expected: 2019-04-25", "expected: 2019", ""),
        ("expected: 2019-04-25", "expected: 2019-04-31", r"\$\.history\[0\]\.expected: '2019-04-31' does not match .*"),
        ("expected: 2019-04-25", "expected: 2019-13", r"\$\.history\[0\]\.expected: '2019-13' does not match .*"),
        ("expected: 2019-04-25", "expected: '[2019-04-25,2019-04-26]'", ""),
        ("expected: 2019-04-25", "expected: 2019-04~/..", ""),
        ("by: Yuri Ushakov", "by: russia", ""),
        ("level: leaders", 'level: "leaders"\ndraft: "true"', ""),
        ("level: leaders", "level: leaders\ndraft: yes", r"\$\.draft: 'yes' does not match .*"),
        ("[mt-20190423]", "[mt-20190423 para. 4]", ""),
    ],
)
def test_a_schema_accepts_what_the_builder_accepts(typed: str, instead: str, error: str, tmp_path: Path) -> None:
    project = project_of(SITES / "one-of-each" / "summaries", tmp_path)
    file = project.summaries / VISIT
    text = file.read_text("utf-8")
    assert text.count(typed) == 1
    file.write_text(text.replace(typed, instead), "utf-8")
    assert re.fullmatch(error, errors_in(project.schemas / "visit.schema.json", file))
    assert (rules_broken(project) == []) == (not error)


@pytest.mark.parametrize(
    ("name", "more", "error"),
    [
        (VISIT, "summary: They meet.\n", r"\$: 'sources' is a required property"),
        (VISIT, "summary: They meet.\nsources: []\n", r"\$\.sources: \[\] should be non-empty"),
        (VISIT, "summary: They meet.\nsources: [mt-20190423]\n", ""),
        (VISIT, "sources: []\n", ""),
        ("projects/wire.yml", WIRE, r"\$: 'sources' is a required property"),
        ("projects/wire.yml", f"{WIRE}history: []\n", r"\$: 'sources' is a required property"),
        ("projects/wire.yml", f"{WIRE}sources: [mt-20190423]\n", ""),
        ("constraints/rule.yml", RULE, r"\$: 'sources' is a required property"),
        ("constraints/rule.yml", f"{RULE}sources: []\n", r"\$\.sources: \[\] should be non-empty"),
        ("constraints/rule.yml", f"{RULE}sources: [mt-20190423]\n", ""),
        ("parties/kim-jong-un.yml", "sources: []\n", ""),
        ("parties/kim-jong-un.yml", "summary: He leads.\n", r"\$: 'sources' is a required property"),
        ("terms.yml", TERM, r"\$\.terms\[0\]: 'sources' is a required property"),
        ("terms.yml", f"{TERM}    sources: [mt-20190423]\n", ""),
    ],
)
def test_a_schema_requires_sources_where_the_builder_does(name: str, more: str, error: str, tmp_path: Path) -> None:
    project = project_of(SITES / "one-of-each" / "summaries", tmp_path)
    file = project.summaries / name
    file.parent.mkdir(exist_ok=True)
    before = file.read_text("utf-8") if file.is_file() else ""
    file.write_text(before + more, "utf-8")
    schema = "terms" if name == "terms.yml" else SINGULARS[name.partition("/")[0]]
    found = errors_in(project.schemas / f"{schema}.schema.json", file)
    assert re.fullmatch(error, found)
    assert rules_broken(project) == (["no-source"] if error else [])


@pytest.mark.parametrize(
    ("assertion", "valid"),
    [
        ("{meetings: [kim-jong-un, vladimir-putin], count: 1, until: 2019-12-31}", True),
        ("{meetings: [kim-jong-un, vladimir-putin], count: 1}", True),
        ("{visits: {status: held}, count: 1}", True),
        ("{visits: {status: [held, planned]}, count: 1}", True),
        ("{visits: {status: hold}, count: 1}", False),
        ("{visits: {status: []}, count: 1}", False),
        ("{visits: {status: held}}", False),
        ("{visits: {status: held}, stages: {status: under-way}, count: 1}", False),
        ("{count: 1}", False),
        ("{figures: [{record: power-grid, figure: Length}], sum: 1.5}", True),
        ("{figures: [{record: power-grid, figure: Length}], difference: '1.5'}", True),
        ("{figures: [{record: power-grid, figure: Length}], count: 1}", False),
        ("{figures: [{record: power-grid, figure: Length}], sum: 1.5 km}", False),
    ],
)
def test_a_schema_accepts_a_number_with_the_one_thing_that_is_counted(
    assertion: str, valid: bool, tmp_path: Path
) -> None:
    project = project_of(SITES / "one-of-each" / "summaries", tmp_path)
    grid = project.summaries / "projects" / "power-grid.yml"
    figure = "figures:\n  - {label: Length, value: 1.5 km, sources: [newsam-509252]}\n"
    grid.write_text(grid.read_text("utf-8") + figure, "utf-8")
    settings = project.summaries / "explainer.yml"
    text = settings.read_text("utf-8")
    typed = "    date: 2019-04-25\n"
    assert text.count(typed) == 1
    text = text.replace(typed, f"{typed}    asserts: [{assertion}]\n").replace("no document", "one of 1.5 km")
    settings.write_text(text, "utf-8")
    assert (errors_in(project.schemas / "explainer.schema.json", settings) == "") == valid
    assert (rules_broken(project) == []) == valid


def test_every_field_has_a_description(tmp_path: Path) -> None:
    project = project_of(SITES / "one-of-each" / "summaries", tmp_path)
    for name in files_of_kinds():
        schema = json.loads((project.schemas / name).read_text("utf-8"))
        for shape in (schema, *schema["$defs"].values()):
            for field, value in shape.get("properties", {}).items():
                assert value.get("description"), f"{name}: {shape.get('title')}.{field}"


def test_ids_are_listed_with_the_names_of_their_records(tmp_path: Path) -> None:
    project = project_of(SITES / "one-of-each" / "summaries", tmp_path)
    visit = json.loads((project.schemas / "visit.schema.json").read_text("utf-8"))
    assert visit["properties"]["parties"] == {
        "description": "Who met or was expected to meet: people, or states if the people are not named.",
        "type": "array",
        "items": {"$ref": "#/$defs/id of parties"},
        "minItems": 2,
    }
    assert visit["$defs"]["id of parties"] == {
        "type": "string",
        "enum": ["dprk", "kim-jong-un", "russia", "vladimir-putin"],
        "enumDescriptions": ["North Korea", "Kim Jong-un", "Russia", "Vladimir Putin"],
        "errorMessage": "There is no such party yet",
    }
    assert visit["properties"]["status"]["enumDescriptions"][-1] == "invitation not taken up"


def test_an_id_of_digits_may_be_typed_as_a_number(tmp_path: Path) -> None:
    shutil.copytree(SITES / "one-of-each" / "summaries", tmp_path / "changed")
    shutil.move(tmp_path / "changed" / "parties" / "vladimir-putin.yml", tmp_path / "changed" / "parties" / "2019.yml")
    for file in (tmp_path / "changed").rglob("*.yml"):
        file.write_text(file.read_text("utf-8").replace("vladimir-putin", "2019"), "utf-8")
    project = project_of(tmp_path / "changed", tmp_path)
    assert errors_in(project.schemas / "visit.schema.json", project.summaries / VISIT) == ""


def test_vs_code_gets_settings_together_with_the_schemas_that_they_name(tmp_path: Path) -> None:
    """A fresh clone has neither, so that nothing is underlined because a schema is missing."""
    tracked = subprocess.run(["git", "ls-files", ".vscode"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert tracked.stdout.split() == [".vscode/extensions.json", ".vscode/tasks.json"]
    ignored = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert {"/schemas/", "/.vscode/settings.json"} <= set(ignored)
    (tmp_path / ".vscode").mkdir()
    project_of(SITES / "one-of-each" / "summaries", tmp_path)
    settings = json.loads((tmp_path / ".vscode" / "settings.json").read_text("utf-8"))
    named = {
        f"./schemas/{name}": [f"summaries/{pattern}" for pattern in patterns]
        for name, patterns in files_of_kinds().items()
    }
    assert settings == {
        "[yaml]": {
            "editor.insertSpaces": True,
            "editor.tabSize": 2,
            "editor.quickSuggestions": {"strings": True, "other": True, "comments": False},
        },
        "files.encoding": "utf8",
        "files.eol": "\n",
        "yaml.schemaStore.enable": False,
        "yaml.schemas": named,
    }
    assert {name for name in named if not (tmp_path / name).is_file()} == set()
    recommended = json.loads((ROOT / ".vscode" / "extensions.json").read_text("utf-8"))
    assert recommended == {"recommendations": ["redhat.vscode-yaml"]}


@pytest.mark.parametrize("own", ["{}", None])
def test_settings_for_vs_code_never_replace_others(own: str | None, tmp_path: Path) -> None:
    """Neither a file that is there, nor one that a link leads to; and without a folder .vscode there are none."""
    (tmp_path / "elsewhere").mkdir()
    if own is None:
        (tmp_path / ".vscode").symlink_to(tmp_path / "elsewhere")
    else:
        (tmp_path / ".vscode").mkdir()
        (tmp_path / ".vscode" / "settings.json").write_text(own)
    before = contents(tmp_path)
    write_schemas({"visit.schema.json": b"{}"}, tmp_path / "schemas")
    assert contents(tmp_path) == before | {"schemas/visit.schema.json": b"{}"}


YEARS = ("2018", "2016", "1900", "2000", "0000", "0001", "9999", "201X", "20XX", "000X", "00XX", "2X18", "20188")
MONTHS = ("", "-00", "-01", "-02", "-04", "-12", "-13", "-20", "-21", "-24", "-25", "-XX", "-1X", "-1")
DAYS = ("", "-00", "-01", "-28", "-29", "-30", "-31", "-32", "-XX", "-1X")
PARTS = ("2018", "2018-06", "2018-06-12", "2018-24", "2018-XX", "201X", "2018?", "2018-06-31", "2016-02-29", "", "..")
FRAMES = ("{}/{}", "[{},{}]", "[{}..{}]", "[{}]", "[ {} , {}..2020]", "{}..{}", "[{}", "{} or {}")


def test_a_schema_accepts_exactly_the_dates_that_the_builder_accepts(tmp_path: Path) -> None:
    """Only a comparison of two dates is beyond a regular expression."""
    typed = ["".join(parts) for parts in itertools.product(YEARS, MONTHS, DAYS, ("", "?", "~", "%", "?~"))]
    typed += [frame.format(*parts) for frame in FRAMES for parts in itertools.product(PARTS, PARTS)]
    compared = re.compile(r" (ends before it begins|twice|has only one choice) ")
    for text in typed:
        try:
            Date.parse(text)
            accepted = True
        except DateError as error:
            accepted = bool(re.fullmatch(PATTERN, text)) if compared.search(str(error)) else False
        assert bool(re.fullmatch(PATTERN, text)) is accepted, text
    visit = json.loads((project_of(BASE, tmp_path).schemas / "visit.schema.json").read_text("utf-8"))
    shapes = (visit, *visit["$defs"].values())
    fields = [field for shape in shapes for field in shape.get("properties", {}).values()]
    assert {field["pattern"] for field in fields if "2018-09" in field.get("examples", ())} == {f"^(?:{PATTERN})$"}


def test_the_schema_command_writes_every_schema(tmp_path: Path) -> None:
    furnish(tmp_path)
    shutil.copytree(SITES / "every-field" / "summaries", tmp_path / "summaries")
    found = run(tmp_path, "schema")
    assert (found.returncode, found.stdout) == (0, "Wrote 15 schemas into schemas/.\n")
    written = {path.name: path.read_bytes() for path in (tmp_path / "schemas").iterdir()}
    assert sorted(written) == sorted(files_of_kinds())
    assert run(tmp_path, "schema", "--out", "elsewhere/deep").returncode == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "elsewhere" / "deep").iterdir()} == written


def test_schemas_are_written_even_if_a_record_names_an_unknown_id(tmp_path: Path) -> None:
    project = project_of(SITES / "one-of-each" / "summaries", tmp_path)
    file = project.summaries / VISIT
    file.write_text(file.read_text("utf-8").replace("[kim-jong-un,", "[kim-yong-nam,"), "utf-8")
    assert run(tmp_path, "check").returncode == 1
    assert schemas_of(project) == {path.name: path.read_bytes() for path in project.schemas.iterdir()}
