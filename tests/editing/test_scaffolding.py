"""`explainer new`: what it writes, what it refuses, and that `check` accepts the result."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from command import as_printed, contents, run
from golden import PYTHONPATH, ROOT

from builder.cli import edit_commands
from builder.editing.candidates import SINGULAR
from builder.editing.field_order import order_of
from builder.editing.starters import template_lines
from builder.records.models.claims import Claims
from builder.records.models.kinds import RECORDS
from builder.records.models.shapes import Shape

MODELS: dict[str, type[Shape]] = {SINGULAR[model.kind_name]: model for model in RECORDS} | {"claims": Claims}

GIVEN = {
    "stage": ["freeze", "title=A pause", "order=3", "status=holding", "sources=mt-20190423"],
    "visit": [
        "second-meeting",
        'title=Talks: the second "round" #2',
        "date=2019-05~",
        "level=leaders",
        "parties=kim-jong-un, vladimir-putin",
        "status=planned",
        "sources=mt-20190423, fishnews-36329 para. 2",
        "place=vladivostok",
    ],
    "event": ["vote-one", "title=The vote", "kind=vote", "date=2018-06-12", "status=happened", "sources=mt-20190423"],
    "project": ["railway", "title=A railway", "parties=russia,dprk", "status=idea", "sources=mt-20190423"],
    "constraint": ["rule-one", "title=Rule one", "date=2017-12-22", "adopted_by=russia", "sources=mt-20190423"],
    "document": ["pact-one", "title=The pact", "date=2018-06-12", "status=signed", "sources=mt-20190423"],
    "party": ["mary-anne", "name=Mary Anne", "kind=person", "of=russia"],
    "place": ["harbour", "name=The harbour", "in=vladivostok"],
    "source": ["times-2019", "type=article-newspaper", "title=A meeting", "standing=newspaper"],
    "term": ["summit-term", "term=summit", "definition=A meeting of leaders.", "sources=mt-20190423"],
    "question": [
        "first-meeting",
        "question=When did they meet?",
        "text=In April 2019.",
        "sources=fishnews-36329",
        "about=kim-putin-vladivostok",
    ],
    "claims": ["mt-20190423", "para=1", "text=The leaders met."],
}
"""For each kind: an id, and the required fields."""

MORE = {
    "stage": "summary, measures, documents, statements",
    "visit": "summary, outcomes, documents, reasons",
    "event": "summary, outcomes, documents, statements",
    "project": "summary, obstacles, figures, documents",
    "constraint": "summary, provisions, exemptions, documents",
    "document": "summary, parties, provisions, statements",
    "party": "summary, roles, native, statements",
    "place": "summary, lat, lon, precision",
    "source": "author, issued, container, publisher",
    "term": "also",
    "question": "rests_on, asserts",
    "claims": "remarks, note",
}
"""The fields that the command then suggests."""


def new(project: Path, kind: str, id: str, *given: str) -> subprocess.CompletedProcess[str]:
    return run(project, "new", kind, id, *(word for setting in given for word in ("--set", setting)))


@pytest.mark.parametrize("kind", GIVEN)
def test_a_new_summary_with_all_required_fields_passes_check(project: Path, kind: str) -> None:
    found = new(project, kind, *GIVEN[kind])
    assert (found.returncode, found.stderr) == (0, "")
    more = f"say more in it ({MORE[kind]}), then " if MORE[kind] else ""
    wrote, next_step = as_printed(found.stdout).splitlines()
    where = re.fullmatch(r"Wrote (\S+)\.", wrote)
    assert where
    assert next_step == f"Next: {more}run: python -m builder check"
    checked = run(project, "check")
    assert (checked.returncode, re.sub(r".*\[unused\]\n", "", checked.stderr)) == (0, "")
    assert "to fill in" not in (project / where[1]).read_text("utf-8")


@pytest.mark.parametrize("kind", GIVEN)
def test_every_blank_of_a_new_summary_is_marked_and_reported_by_check(project: Path, kind: str) -> None:
    found = new(project, kind, GIVEN[kind][0])
    assert found.returncode == 0, found.stderr
    path = found.stdout.split()[1].removesuffix(".")
    lines = (project / path).read_text("utf-8").splitlines()
    marked = [f"{path}:{number}" for number, line in enumerate(lines, 1) if line.endswith("  # to fill in")]
    checked = run(project, "check")
    assert checked.returncode == 1
    assert [match[0] for match in re.findall(r"^(\S+?:\d+)(:\d+: .*)$", checked.stderr, re.M)] == marked


@pytest.mark.parametrize("kind", GIVEN)
def test_a_template_has_its_fields_in_the_usual_order(kind: str) -> None:
    lines = template_lines((ROOT / "templates" / "new" / f"{kind}.yml").read_text("utf-8"))
    top = [line.name for line in lines if len(line.path) == 1]
    order = order_of(MODELS[kind])
    assert top == [name for name in order if name in top]
    if kind not in ("place", "source", "term", "question"):
        assert [*top] == [name for name in order if name not in ("id", "renamed_from")]


def test_every_kind_has_a_template() -> None:
    templates = {path.stem for path in (ROOT / "templates" / "new").iterdir()}
    assert templates == set(GIVEN) == set(MODELS) == set(edit_commands.KINDS)
    assert {**edit_commands.SINGULAR, "claims": "claims"} == SINGULAR


def test_new_entries_of_lists_are_written_exactly_like_this(project: Path) -> None:
    new(project, "place", "harbour", "name=Harbour: the old one")
    new(project, "term", "summit-term")
    places = (project / "summaries" / "places.yml").read_text("utf-8")
    assert places.endswith(
        """
  - id: harbour
    name: "Harbour: the old one"
    # in:
    # lat:
    # lon:
    # precision:
    # summary:
    # sources: []
"""
    )
    assert (project / "summaries" / "terms.yml").read_text("utf-8") == (
        """\
# yaml-language-server: $schema=../schemas/terms.schema.json
terms:
  - id: summit-term
    # The word or phrase.
    term:  # to fill in
    # also: []
    # What it means, in one sentence.
    definition:  # to fill in
    # Where to read that meaning.
    sources:  # to fill in
"""
    )


@pytest.mark.parametrize(("singular", "plural"), [("visit", "visits"), ("party", "parties"), ("claims", "claim")])
def test_a_kind_can_be_typed_in_both_numbers(singular: str, plural: str, project: Path) -> None:
    id = "mt-20190423" if singular == "claims" else "second"
    found = [run(project, "new", kind, id) for kind in (singular, plural)]
    assert found[0].returncode == 0
    path = found[0].stdout.split()[1].removesuffix(".")
    assert f"{path}\n" in found[1].stderr


@pytest.mark.parametrize("kind", GIVEN)
def test_a_bare_summary_is_one_whose_comments_are_stripped(kind: str, project: Path) -> None:
    """Stripping leaves the blanks, values and everything else as it is."""
    id = GIVEN[kind][0]
    before = contents(project / "summaries")
    assert new(project, kind, id).returncode == 0
    (explained,) = (project / path for path in contents(project) if changed(path, project, before))
    assert run(project, "format", "--strip", str(explained)).stdout == f"Changed {explained.relative_to(project)}.\n"
    stripped = explained.read_bytes()
    previous = before.get(explained.relative_to(project / "summaries").as_posix())
    explained.write_bytes(previous) if previous else explained.unlink()
    assert run(project, "new", "--bare", kind, id).returncode == 0
    assert explained.read_bytes() == stripped
    added = stripped.removeprefix(previous or b"")
    assert [line for line in added.decode().splitlines() if line.strip().startswith("#")] == (
        [] if previous else [added.decode().partition("\n")[0]]
    )
    assert run(project, "format", "--strip", str(explained)).stdout == "All files are already formatted.\n"


def changed(path: str, project: Path, before: dict[str, bytes]) -> bool:
    """Whether a file is a summary that is new or differs."""
    return path.startswith("summaries/") and before.get(path[10:]) != (project / path).read_bytes()


def test_a_bare_visit_is_written_exactly_like_this(project: Path) -> None:
    given = ("--set", "title=Talks", "--set", "status=cancelled", "--set", "venue=Town hall")
    found = run(project, "new", "--bare", "visit", "second-meeting", *given)
    assert as_printed(found.stdout) == (
        "Wrote summaries/visits/second-meeting.yml.\n"
        "Next: fill in the 6 lines marked 'to fill in' (date, level, parties, sources, text), "
        "then run: python -m builder check\n"
    )
    assert (project / "summaries" / "visits" / "second-meeting.yml").read_text("utf-8") == (
        """\
# yaml-language-server: $schema=../../schemas/visit.schema.json
title: Talks
date:  # to fill in
venue: Town hall
level:  # to fill in
parties: []  # to fill in
status: cancelled
sources:  # to fill in
reasons:
  - text:  # to fill in
    sources: []  # to fill in
"""
    )


def test_where_vs_code_has_its_own_settings_no_schema_is_named_in_the_file(project: Path) -> None:
    """It would be marked in every clone that has no schemas yet."""
    (project / ".vscode").mkdir()
    for kind, id in (("party", "second"), ("term", "second-term")):
        assert run(project, "new", "--bare", kind, id).returncode == 0
    assert (project / "summaries" / "parties" / "second.yml").read_text("utf-8").startswith("name:  # to fill in\n")
    assert (project / "summaries" / "terms.yml").read_text("utf-8").startswith("terms:\n  - id: second-term\n")


def test_a_cancelled_visit_gets_a_blank_for_its_reasons(project: Path) -> None:
    new(project, "visit", "second-meeting", "status=cancelled")
    text = (project / "summaries" / "visits" / "second-meeting.yml").read_text("utf-8")
    assert text.startswith("# yaml-language-server: $schema=../../schemas/visit.schema.json\n")
    assert "\nreasons:\n" in text
    assert "  - text:  # to fill in\n" in text


def test_wrong_values_are_reported_together_and_nothing_is_written(project: Path) -> None:
    before = contents(project / "summaries")
    wrong = [
        "date=12/13/2018",
        "parties=russia",
        "present=russia dprk",
        "levl=high",
        "place=russia",
        "outcomes=a",
        "stage=bilateral-talk",
        "venue=Town\u200bhall",
        "title=Caf\udce9",
    ]
    found = new(project, "visit", "second-meeting", *wrong)
    assert found.returncode == 2
    assert found.stderr.partition("Error: ")[2] == (
        "date: '12/13/2018' is not a date (write 2018-12-13)\n"
        "parties: 'parties' has 1 entry (it needs at least 2)\n"
        "present: separate the ids with commas: russia, dprk\n"
        "unknown field 'levl' (did you mean 'level'?)\n"
        "place: 'russia' is a party, not a place (add it, or name one that exists)\n"
        "'outcomes' holds more than text: write it in the file\n"
        "stage: there is no 'bilateral-talk' (did you mean 'bilateral-talks'?)\n"
        "venue: U+200B is invisible (delete it; it often comes with text copied from a web page)\n"
        "title: U+DCE9 is not a character (delete it)\n"
    )
    assert contents(project / "summaries") == before


@pytest.mark.parametrize(
    ("kind", "id", "reason"),
    [
        (
            "visit",
            "Second Meeting",
            "digits and single hyphens (write 'second-meeting')",
        ),
        ("visit", "../secret", "is not an id"),
        ("visit", "index", "the id 'index' is reserved for the site itself (choose another)"),
        ("visit", "kim-putin-vladivostok", "is taken: summaries/visits/kim-putin-vladivostok.yml"),
        ("stage", "vladivostok", "the id 'vladivostok' is taken: summaries/places.yml"),
        ("claims", "mt-2019", "there is no 'mt-2019' (add it, or name one that exists)"),
    ],
)
def test_a_wrong_id_is_refused(project: Path, kind: str, id: str, reason: str) -> None:
    before = contents(project / "summaries")
    found = new(project, kind, id)
    assert found.returncode == 2
    assert reason in found.stderr
    assert contents(project / "summaries") == before


def test_a_summary_that_contradicts_others_is_refused(project: Path) -> None:
    before = contents(project / "summaries")
    found = new(project, "stage", "freeze", "title=A pause", "order=2", "status=holding", "sources=mt-20190423")
    assert found.returncode == 1
    assert "1 problem; nothing was changed." in found.stderr
    assert contents(project / "summaries") == before


def test_a_mistake_in_another_summary_does_not_prevent_a_new_one(project: Path) -> None:
    new(project, "party", "unfinished")
    assert new(project, "party", "mary-anne", "name=Mary Anne", "kind=person", "of=russia").returncode == 0


def run_in_terminal(project: Path, answers: str, *words: str) -> tuple[int, str]:
    """Run `new` in a terminal, typing the answers; return its exit code and output."""
    main, side = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "builder", "new", *words],
        cwd=project,
        env={**os.environ, "PYTHONPATH": PYTHONPATH},
        stdin=side,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    os.write(main, answers.encode())
    output, _ = process.communicate(timeout=60)
    os.close(main)
    os.close(side)
    return process.returncode, output


def test_in_a_terminal_it_asks_for_required_fields_until_the_answer_is_valid(project: Path) -> None:
    code, output = run_in_terminal(project, "Mary Anne\nperso\nperson\n", "party", "mary-anne", "--set", "of=russia")
    assert code == 0, output
    assert "Error: kind: unknown kind 'perso' (did you mean 'person'?)" in output
    text = (project / "summaries" / "parties" / "mary-anne.yml").read_text("utf-8")
    assert "\nname: Mary Anne\n" in text
    assert "\nkind: person\n" in text
    assert "\nof: [russia]\n" in text


def test_a_question_says_that_an_answer_is_required_and_where_the_ids_are(project: Path) -> None:
    code, output = run_in_terminal(project, "A railway\nrussia; dprk\n\nidea\nmt-20190423\n", "project", "railway")
    assert code == 0, output
    assert as_printed(output).replace(": \n", ":_\n") == (
        """\
Enter the required fields. Press Ctrl-C to stop without writing anything.

Its name, and the heading of its page.
title:_
Who takes part.
Separate several with commas.
The ids of parties are the names of the files in summaries/parties, without .yml.
parties:_
Its status now.
One of: idea, studied, agreed, in-force, prolonged, partly-kept, under-way, in-operation, suspended, blocked, \
completed, superseded, abandoned.
status: Error: this field is required (press Ctrl-C to stop without writing anything)
status:_
Where to read about its parties and status.
Separate several with commas.
Press Enter to skip it for now.
The ids of sources are in summaries/sources.yml.
sources: Wrote summaries/projects/railway.yml.
Next: say more in it (summary, obstacles, figures, documents), then run: python -m builder check
"""
    )


def test_an_optional_field_can_be_skipped(project: Path) -> None:
    code, output = run_in_terminal(project, "webpage\n\nofficial\n", "source", "page-2019")
    assert code == 0, output
    assert "\nPress Enter to skip it for now.\n" in output
    text = (project / "summaries" / "sources.yml").read_text("utf-8")
    assert (
        "\n    type: webpage\n    # Its title. Leave it out if you don't know it, and never make one up.\n"
        "    title:  # to fill in\n" in text
    )
