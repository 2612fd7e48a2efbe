"""Summaries while they are being written: what is held back, what follows, and what an editor is told."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from command import small_explainer
from golden import BASE

from builder.assembly import complete
from builder.inspection import inspect
from builder.preview.work_in_progress import Shown, Work, inspect_work
from builder.problems import SummaryError
from builder.project import Project

VISIT = "visits/kim-putin-vladivostok.yml"


class Editor:
    """Someone who edits an explainer and sees after each edit what the preview would show."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.shown: Shown | None = None
        self.first = BASE

    def save(self, path: str, text: str) -> None:
        file = self.project.summaries / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")

    def edit(self, path: str, old: str, new: str) -> None:
        text = (self.project.summaries / path).read_text("utf-8")
        assert old in text
        self.save(path, text.replace(old, new))

    def look(self, time: str = "14:03") -> Work:
        work = inspect_work(self.project, self.shown, time)
        complete(work.found, self.project)  # every page can be rendered
        self.shown = work.shown
        return work


@pytest.fixture
def editor(tmp_path: Path) -> Editor:
    """An editor who has just opened the preview of an explainer without problems, at 14:03."""
    editor = Editor(Project(root=small_explainer(tmp_path)))
    assert editor.look().report.text == ""
    return editor


def test_a_record_with_problems_stays_as_it_was_and_everything_else_follows(editor: Editor) -> None:
    editor.edit(VISIT, "level: leaders", "level: leader")
    editor.edit(VISIT, "title: Kim", "title: Not shown, Kim")
    editor.edit(STAGE, "title: ", "title: Shown, ")
    work = editor.look("14:10")
    assert titles(work) == ["Shown, Talks between two sides", "Kim and Putin in Vladivostok"]
    assert work.report.text == (
        f"summaries/{VISIT}:5:8: unknown level 'leader' (did you mean 'leaders'?) [unknown-word]\n"
        f"summaries/{VISIT} is shown as it was at 14:03: 1 problem."
    )
    assert work.found.explainer.files[VISIT] == (editor.first / VISIT).read_bytes()
    editor.edit(VISIT, "level: leader", "level: leaders")
    work = editor.look("14:11")
    assert (titles(work)[1], work.report.text) == ("Not shown, Kim and Putin in Vladivostok", "")


def test_a_record_that_was_never_right_is_left_out_and_what_names_it_is_shown_without_a_link(editor: Editor) -> None:
    editor.save("visits/new.yml", NEW.replace("leaders", "leader"))
    editor.edit(STAGE, "title: ", "title: Shown too, ")
    editor.edit(STAGE, "Leaders meet", "After [[new]], leaders meet")
    editor.edit(VISIT, "title: Kim", "title: Shown, Kim")
    work = editor.look("14:10")
    assert titles(work) == ["Shown too, Talks between two sides", "Shown, Kim and Putin in Vladivostok"]
    assert "After A new visit, leaders meet one to one." in body_of(STAGE, work, editor)
    assert work.report.text == (
        "summaries/visits/new.yml:3:8: unknown level 'leader' (did you mean 'leaders'?) [unknown-word]\n"
        "summaries/visits/new.yml is left out: 1 problem."
    )
    editor.save("visits/new.yml", NEW)
    work = editor.look("14:11")
    assert (titles(work)[0], work.report.text) == ("Shown too, Talks between two sides", "")
    assert "After [A new visit](../visits/new.md), leaders meet one to one." in body_of(STAGE, work, editor)


def test_a_record_that_was_never_right_and_is_deleted_is_reported_where_it_is_named(editor: Editor) -> None:
    editor.save("visits/new.yml", "title: A new visit\n")
    editor.edit(STAGE, "Leaders meet", "After [[new]], leaders meet")
    editor.look("14:10")
    (editor.project.summaries / "visits/new.yml").unlink()
    work = editor.look("14:11")
    assert "After new, leaders meet one to one." in body_of(STAGE, work, editor)
    assert work.report.text == (
        f"summaries/{STAGE}:5:10: there is no 'new' (add it, or name one that exists) [dangling]"
    )


def test_what_needs_a_record_that_was_never_right_is_left_out_too(tmp_path: Path) -> None:
    """A visit needs two parties, and an outcome a source. What only mentions the party stays."""
    editor = Editor(Project(root=small_explainer(tmp_path)))
    editor.edit("parties/vladimir-putin.yml", "kind: person", "kind: human")
    editor.edit("sources.yml", "    publisher: News.am", "    publisher:")
    work = editor.look()
    assert work.found.explainer.visits == ()
    assert " and the Russian president met once." in body_of("background.md", work, editor)
    assert work.report.text == (
        "summaries/parties/vladimir-putin.yml:2:7: unknown kind 'human' (one of: organisation, person, state) "
        "[unknown-word]\n"
        "summaries/sources.yml:16:15: 'publisher' is empty (write it, or leave the field out) [empty-field]\n"
        "summaries/parties/vladimir-putin.yml is left out: 1 problem.\n"
        "summaries/projects/power-grid.yml is left out.\n"
        "summaries/sources.yml is shown without the entries that have problems: 1 problem.\n"
        f"summaries/{VISIT} is left out."
    )


def test_a_deleted_record_stays_while_something_names_it(editor: Editor) -> None:
    (editor.project.summaries / "parties/vladimir-putin.yml").unlink()
    editor.edit(STAGE, "title: ", "title: Shown, ")
    work = editor.look("14:10")
    assert titles(work)[0] == "Shown, Talks between two sides"
    assert "vladimir-putin" in work.found.explainer.records
    assert work.report.text.splitlines()[-1] == ("summaries/parties/vladimir-putin.yml is shown as it was at 14:03.")


def test_one_entry_with_problems_does_not_hold_back_the_others_in_its_list(editor: Editor) -> None:
    editor.edit("sources.yml", "publisher: Fishnews", "publisher:")
    editor.edit("sources.yml", "publisher: News.am", "publisher: News.am again")
    work = editor.look("14:10")
    assert [source.publisher for source in work.found.explainer.sources if source.publisher] == [
        "The Moscow Times",
        "News.am again",
        "Fishnews",
    ]
    assert work.report.text == (
        "summaries/sources.yml:5:15: 'publisher' is empty (write it, or leave the field out) [empty-field]\n"
        "summaries/sources.yml: 'fishnews-36329' is shown as it was at 14:03: 1 problem."
    )


def test_a_source_can_be_moved_into_a_file_of_a_folder_and_is_followed_there(editor: Editor) -> None:
    whole = (editor.project.summaries / "sources.yml").read_text("utf-8")
    others, mark, moved = whole.partition("  - id: newsam-509252")
    editor.save("sources/news.yml", f"sources:\n{mark}{moved}")
    assert editor.look("14:10").report.text.startswith(
        "summaries/sources/news.yml:2:9: the id 'newsam-509252' is taken "
        "(write another id, or delete one of the two; first at summaries/sources.yml:13:9) [duplicate-id]\n"
    )
    editor.save("sources.yml", others)
    assert editor.look("14:11").report.text == ""
    editor.edit("sources/news.yml", "publisher: News.am", "publisher: News.am again")
    work = editor.look("14:12")
    assert work.found.explainer.source("newsam-509252").publisher == "News.am again"
    editor.edit("sources/news.yml", "publisher: News.am again", "publisher:")
    assert editor.look("14:13").report.text == (
        "summaries/sources/news.yml:5:15: 'publisher' is empty (write it, or leave the field out) [empty-field]\n"
        "summaries/sources/news.yml is shown as it was at 14:12: 1 problem."
    )


def test_a_new_file_of_a_folder_is_shown_without_its_entries_that_have_problems(editor: Editor) -> None:
    wrong = "  - id: almanac\n    type: book\n    title: Almanac\n    standing: referenc\n"
    right = "  - id: atlas\n    type: book\n    title: Atlas\n    standing: reference\n"
    editor.save("sources/books.yml", f"sources:\n{wrong}{right}")
    work = editor.look("14:10")
    assert {"almanac", "atlas"} & work.found.explainer.records.keys() == {"atlas"}
    assert "summaries/sources/books.yml is shown without the entries that have problems: 1 problem." in work.report.text


@pytest.mark.parametrize(
    ("path", "text"), [("sources.yml", "sources: ["), ("explainer.yml", "title: [x"), ("places.yml", "place:\n")]
)
def test_a_file_that_can_not_be_read_is_shown_as_it_was(editor: Editor, path: str, text: str) -> None:
    editor.save(path, text)
    editor.edit(STAGE, "title: ", "title: Shown, ")
    work = editor.look("14:10")
    assert titles(work)[0] == "Shown, Talks between two sides"
    assert f"summaries/{path} is shown as it was at 14:03: " in work.report.text


def test_records_that_no_longer_agree_are_shown_as_they_last_agreed(editor: Editor) -> None:
    editor.edit(VISIT, "  - date: 2019-04-25\n    status: held", "  - date: 2020-04-25\n    status: held")
    editor.edit(STAGE, "title: ", "title: Shown, ")
    work = editor.look("14:10")
    assert titles(work)[0] == "Shown, Talks between two sides"
    assert work.report.text == (
        f"summaries/{VISIT}:19:11: 2020-04-25 is after 'as_of' (the explainer's day is 2019-12-31: raise 'as_of', or "
        "leave this out) [after-as-of]\n"
        f"summaries/{VISIT} is shown as it was at 14:03: 1 problem."
    )


def test_an_answer_that_a_new_record_contradicts_is_reported_and_holds_nothing_back(editor: Editor) -> None:
    editor.save("questions.yml", QUESTIONS)
    editor.look()
    editor.save("visits/new.yml", NEW)
    editor.edit(STAGE, "title: ", "title: Shown, ")
    work = editor.look("14:10")
    assert titles(work) == ["Shown, Talks between two sides", "Kim and Putin in Vladivostok", "A new visit"]
    assert work.report.text == (
        "summaries/questions.yml:8:64: the answer says 1 meeting, but the records have 2: kim-putin-vladivostok, new "
        "(correct the answer or the records) [contradicted]"
    )


def test_what_was_removed_is_shown_as_it_was_while_its_file_has_a_mistake(editor: Editor) -> None:
    editor.save("removed.yml", REMOVED)
    editor.look()
    editor.save("removed.yml", REMOVED.replace("kind: visits", "kind: visit"))
    editor.edit(STAGE, "title: ", "title: Shown, ")
    work = editor.look("14:10")
    assert titles(work)[0] == "Shown, Talks between two sides"
    assert [removed.id for removed in work.found.explainer.removals.removed] == ["kim-visit"]
    assert work.report.text.splitlines()[-1] == "summaries/removed.yml is shown as it was at 14:03: 1 problem."


def test_what_was_removed_is_left_out_if_it_names_a_record_that_never_was(tmp_path: Path) -> None:
    editor = Editor(Project(root=small_explainer(tmp_path)))
    editor.save("removed.yml", REMOVED.replace("place.}", "place., see: nothing-there}"))
    work = editor.look()
    assert work.found.explainer.removals.removed == ()
    assert work.report.text.splitlines()[-1] == "summaries/removed.yml is left out: 1 problem."


def test_the_home_page_is_shown_without_an_answer_whose_only_source_was_never_right(tmp_path: Path) -> None:
    editor = Editor(Project(root=small_explainer(tmp_path)))
    editor.edit("sources.yml", "publisher: Fishnews", "publisher:")
    work = editor.look()
    assert work.found.explainer.settings.answer == ()
    assert "What came of the meeting in" in body_of("index.md", work, editor)


def test_a_draft_is_shown_without_what_it_lacks_and_that_is_a_warning(editor: Editor) -> None:
    editor.save("visits/new.yml", DRAFT)
    work = editor.look("14:10")
    visit = work.found.explainer.visits[-1]
    assert (visit.title, visit.outcomes, work.report.text) == ("new", (), "")
    assert [str(warning) for warning in sorted(work.report.warnings)] == [
        "summaries/visits/new.yml:1:1: warning: the field 'title' is missing (its name, and the heading of its page) "
        "[missing-field]",
        "summaries/visits/new.yml:6:10: warning: the summary has no source (add 'sources': where it can be read) "
        "[no-source]",
        "summaries/visits/new.yml:8:5: warning: the field 'sources' is missing (where to read it: ids of sources, each "
        "followed by the place in it if that helps) [missing-field]",
    ]


@pytest.mark.parametrize(
    ("old", "rule"),
    [("date: 2019-05-01\n", "missing-field"), ("status: planned\n", "missing-status"), ("text: ", "empty-field")],
)
def test_a_draft_that_can_not_be_shown_yet_is_left_out_with_a_warning(editor: Editor, old: str, rule: str) -> None:
    editor.save("visits/new.yml", DRAFT.replace(old, "") if rule != "empty-field" else DRAFT.replace("leaders", ""))
    work = editor.look("14:10")
    assert [visit.id for visit in work.found.explainer.visits] == ["kim-putin-vladivostok"]
    assert rule in {warning.rule for warning in work.report.warnings}
    assert work.report.errors == ()
    assert work.report.held_back == {"summaries/visits/new.yml": " is left out"}


def test_a_draft_keeps_the_status_of_an_entry_that_lacks_its_sources(editor: Editor) -> None:
    entry = "history:\n  - date: 2019-04-01\n    status: planned\n    text: They agree to meet.\n"
    editor.save("visits/new.yml", DRAFT.replace("status: planned\n", entry))
    work = editor.look("14:10")
    visit = work.found.explainer.visits[-1]
    assert (visit.id, visit.status, visit.history, work.report.text) == ("new", "planned", (), "")
    assert {warning.rule for warning in work.report.warnings} == {"missing-field", "no-source"}


def test_a_draft_with_a_mistake_is_an_error(editor: Editor) -> None:
    editor.save("visits/new.yml", DRAFT.replace("leaders", "leader"))
    work = editor.look("14:10")
    assert [problem.rule for problem in work.report.errors] == ["unknown-word"]
    assert {problem.rule for problem in work.report.warnings} == {"missing-field"}


def test_a_mistake_at_the_start_leaves_out_what_it_is_in(tmp_path: Path) -> None:
    editor = Editor(Project(root=small_explainer(tmp_path)))
    editor.edit("projects/power-grid.yml", "title: ", "titel: ")
    work = editor.look()
    assert work.found.explainer.projects == ()
    assert [visit.id for visit in work.found.explainer.visits] == ["kim-putin-vladivostok"]
    assert work.report.text.splitlines()[-1] == "summaries/projects/power-grid.yml is left out: 1 problem."


def test_nothing_is_shown_if_the_explainers_own_file_was_never_right(tmp_path: Path) -> None:
    editor = Editor(Project(root=small_explainer(tmp_path)))
    editor.edit("explainer.yml", "as_of: 2019-12-31", "as_of: soon")
    with pytest.raises(SummaryError) as caught:
        editor.look()
    assert str(caught.value) == (
        "summaries/explainer.yml:7:8: 'soon' is not a date (write it as 2018-06-12, 2018-06 or 2018) [bad-date]"
    )


@pytest.mark.parametrize("seed", range(6))
def test_after_a_walk_through_half_written_states_everything_is_as_if_it_had_never_been_wrong(
    tmp_path: Path, seed: int
) -> None:
    """Each state shows something, whatever was left in the files; at the end nothing of it remains."""
    chance = random.Random(seed)
    editor = Editor(Project(root=small_explainer(tmp_path)))
    summaries = editor.project.summaries
    editor.look()
    originals = {path.relative_to(summaries).as_posix(): path.read_text("utf-8") for path in summaries.rglob("*.yml")}
    for _ in range(12):
        path = chance.choice(sorted(originals))
        text = originals[path]
        lines = text.splitlines(keepends=True)
        at = chance.randrange(len(lines))
        match chance.randrange(5):
            case 0:
                editor.save(path, text[: chance.randrange(len(text))])
            case 1:
                editor.save(path, "".join([*lines[:at], *lines[at + 1 :]]))
            case 2:
                editor.save(path, "draft: true\n" + "".join(lines[:at]))
            case 3:
                (summaries / path).unlink(missing_ok=True)
            case _:
                editor.save(path, text)
        editor.look()
    for path, text in originals.items():
        editor.save(path, text)
    work = editor.look()
    clean = inspect(editor.project, drafts=True)
    assert (work.report.text, work.report.held_back) == ("", {})
    assert {page.path: page for page in complete(work.found, editor.project).pages} == {
        page.path: page for page in complete(clean, editor.project).pages
    }


STAGE = "stages/bilateral-talks.yml"
NEW = """\
title: A new visit
date: 2019-05-01
level: leaders
parties: [kim-jong-un, vladimir-putin]
status: held
sources: [mt-20190423]
"""
QUESTIONS = """\
questions:
  - id: how-often
    question: How often did they meet?
    answer:
      - text: They met once.
        sources: [fishnews-36329]
    about: [kim-putin-vladivostok]
    asserts: [{meetings: [kim-jong-un, vladimir-putin], count: 1}]
"""
REMOVED = """\
removed:
  - {id: kim-visit, kind: visits, title: A visit, date: 2019-05-02, reason: It never took place.}
"""
DRAFT = """\
draft: true
date: 2019-05-01
level: leaders
parties: [kim-jong-un, vladimir-putin]
status: planned
summary: They will meet.
outcomes:
  - text: They meet.
"""


def body_of(path: str, work: Work, editor: Editor) -> str:
    """The Markdown of the page made from a summary, or of the page at a path."""
    pages = {page.path: page.body for page in complete(work.found, editor.project).pages}
    return pages[path.replace(".yml", ".md")]


def titles(work: Work) -> list[str]:
    """The titles of the stage and of the visits."""
    explainer = work.found.explainer
    return [str(record.title) for record in (*explainer.stages, *explainer.visits)]


TRANSLATED = "translations/ru/visits/kim-putin-vladivostok.yml"
TRANSLATION = """\
texts:
  - field: title
    original: Kim and Putin in Vladivostok
    translation: Ким и Путин
"""


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ("field: titel", "3:12: unknown field 'titel' (did you mean 'title'?) [unknown-field]"),
        ("fields: title", "3:5: unknown field 'fields' (did you mean 'field'?) [unknown-field]"),
    ],
)
def test_a_translation_with_a_mistake_stays_as_it_was(wrong: str, problem: str, editor: Editor) -> None:
    editor.edit("explainer.yml", "language: en-GB", "language: en-GB\nlanguages: [ru]")
    (editor.project.summaries / TRANSLATED).parent.mkdir(parents=True)
    editor.save(TRANSLATED, TRANSLATION)
    assert editor.look("14:05").report.text == ""
    broken = "# new\n" + TRANSLATION.replace("field: title", wrong).replace("Ким и Путин", "Путин и Ким")
    editor.save(TRANSLATED, broken)
    work = editor.look("14:10")
    assert f"summaries/{TRANSLATED}:{problem}\n" in work.report.text
    assert work.report.text.endswith(
        f"summaries/{TRANSLATED} is shown as it was at 14:05: {work.report.text.count('[')} problem"
        f"{'' if work.report.text.count('[') == 1 else 's'}."
    )
    made = {page.path: page.meta["title"] for page in complete(work.found, editor.project).pages}
    assert made["ru/visits/kim-putin-vladivostok.md"] == "Ким и Путин"


def test_a_translation_of_a_record_that_is_not_there_yet_is_left_out(editor: Editor) -> None:
    editor.edit("explainer.yml", "language: en-GB", "language: en-GB\nlanguages: [ru]")
    file = "translations/ru/visits/new.yml"
    (editor.project.summaries / file).parent.mkdir(parents=True)
    editor.save(file, TRANSLATION)
    work = editor.look("14:10")
    assert work.report.text == (
        f"summaries/{file}:1:1: there is no 'new' (delete this, or name a record that exists) [dangling]\n"
        f"summaries/{file} is left out: 1 problem."
    )
    editor.save("visits/new.yml", NEW.replace("leaders", "leader"))
    assert "[dangling]" not in editor.look("14:11").report.text
