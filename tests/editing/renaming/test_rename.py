"""`explainer rename`: what changes in the files, what stays, and what stops it before anything is written."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from command import as_printed, contents, run
from golden import EXPLAINER, SITES, furnish

from builder.assembly import assemble
from builder.editing.renaming.rename import rename
from builder.editing.scaffolding import RefusedError
from builder.problems import MachineError, SummaryError
from builder.project import Project
from builder.records.loading import Summaries, load


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """The mini-explainer with every field."""
    made = furnish(tmp_path)
    shutil.copytree(SITES / "every-field" / "summaries", made.summaries)
    return made


def changed_lines(project: Project, before: dict[str, bytes]) -> dict[str, list[tuple[str, str]]]:
    """The lines that differ, before and after, by file. A file with a new name is compared under that."""
    after = contents(project.summaries)
    found: dict[str, list[tuple[str, str]]] = {}
    for name in after:
        was = before.get(name) or before[next(each for each in before if each not in after and each not in found)]
        old, new = was.decode().split("\n"), after[name].decode().split("\n")
        if old != new:
            found[name] = [pair for pair in zip(old, new, strict=False) if pair[0] != pair[1]] + [
                ("", line) for line in new[len(old) :]
            ]
    return found


def written(project: Project, name: str, text: str) -> bytes:
    """Write a summary and return its bytes."""
    file = project.summaries / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(text.encode())
    return text.encode()


def test_every_way_of_naming_a_source_is_renamed(project: Project) -> None:
    before = contents(project.summaries)
    done = run(project.root, "rename", "toloraya-2019", "op-ed")
    assert as_printed(done.stdout) == (
        "summaries/claims/toloraya-2019.yml -> summaries/claims/op-ed.yml: 1 place\n"
        "summaries/events/joint-statement.yml: 2 places\n"
        "summaries/explainer.yml: 2 places\n"
        "summaries/questions.yml: 4 places\n"
        "summaries/removed.yml: 1 place\n"
        "summaries/sources.yml\n"
        "summaries/stages/freeze.yml: 1 place\n"
        "summaries/visits/kim-putin-vladivostok.yml: 1 place\n"
        "summaries/visits/kim-russia-return.yml: 1 place\n"
        "summaries/visits/kim-visits.yml: 1 place\n"
        "Renamed toloraya-2019 to op-ed: 14 places in 10 files.\n"
        "Next: run: python -m builder check\n"
    )
    assert (done.returncode, done.stderr) == (0, "")
    changed = changed_lines(project, before)
    lines = [line for name, pairs in changed.items() if name != "sources.yml" for line in pairs]
    assert [old.replace("toloraya-2019", "op-ed") for old, _ in lines] == [new for _, new in lines]
    assert not (project.summaries / "claims" / "toloraya-2019.yml").exists()
    source = (project.summaries / "sources.yml").read_text("utf-8")
    assert source.startswith("sources:\n  - id: op-ed\n    type: article\n")
    assert source.count("    renamed_from: [valdai-paper, toloraya-2019]\n") == 1
    assert run(project.root, "check").returncode == 0


def test_a_record_in_a_file_keeps_its_comments_quotes_and_line_breaks(project: Project) -> None:
    text = (
        "# first\r\n"
        "name: 'rok'  # the name\r\n"
        "kind: state\r\n"
        "summary: >-\r\n"
        "  [[rok]] and [[ rok | the South, which\r\n"
        "  is rok ]] and [rok] and [[rok-x|x]]\r\n"
        'sources: ["kbs-141830"]\r\n'
        "# last\r\n"
    )
    written(project, "parties/rok.yml", text)
    written(project, "parties/rok-x.yml", 'name: X\nkind: person\nof:\n  - "rok"  # the side\n')
    rename(project, "rok", "south-korea")
    after = contents(project.summaries)
    assert after["parties/south-korea.yml"].decode() == (
        text.replace("[[rok]]", "[[south-korea]]")
        .replace("[[ rok |", "[[ south-korea |")
        .replace("# last\r\n", "renamed_from: [rok]\r\n# last\r\n")
    )
    assert after["parties/rok-x.yml"] == b'name: X\nkind: person\nof:\n  - "south-korea"  # the side\n'


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("{id: rome, name: Rome}", "{id: roma, name: Rome, renamed_from: [rome]}"),
        (
            "{id: rome, name: Rome,\n     lat: 1, lon: 2,\n }",
            "{id: roma, name: Rome,\n     lat: 1, lon: 2, renamed_from: [rome],\n }",
        ),
        (
            "# here\n    id: 'rome'\n    # its name\n    name: Rome # in Italy",
            "# here\n    id: 'roma'\n    # its name\n    name: Rome # in Italy\n    renamed_from: [rome]",
        ),
        (
            "id: rome\n    name: Rome\n    renamed_from: [ea, # one\n      eb]",
            "id: roma\n    name: Rome\n    renamed_from: [ea, # one\n      eb, rome]",
        ),
        (
            "id: rome\n    name: Rome\n    renamed_from:\n      - ea # one",
            "id: roma\n    name: Rome\n    renamed_from:\n      - ea\n      - rome # one",
        ),
        (
            "id: rome\n    name: Rome\n    renamed_from: [roma, eb]",
            "id: roma\n    name: Rome\n    renamed_from: [eb, rome]",
        ),
    ],
)  # fmt: skip
def test_a_record_in_a_list_gets_its_old_id_in_its_own_style(entry: str, expected: str, project: Project) -> None:
    rest = (project.summaries / "places.yml").read_text("utf-8")
    written(project, "places.yml", f"{rest}  - {entry}\n  # the end")
    rename(project, "rome", "roma")
    assert contents(project.summaries)["places.yml"].decode() == f"{rest}  - {expected}\n  # the end"


def test_a_speaker_is_renamed_if_it_is_the_id_of_a_party_and_not_a_name(project: Project) -> None:
    before = contents(project.summaries)
    rename(project, "russia", "russian-federation")
    changed = changed_lines(project, before)
    assert ("        by: russia", "        by: russian-federation") in changed["explainer.yml"]
    assert all("Russia’s." not in old for pairs in changed.values() for old, _ in pairs)


def test_a_moment_and_a_claim_are_renamed_too(project: Project) -> None:
    before = contents(project.summaries)
    rename(project, "eve-of-vladivostok", "eve-of-the-meeting")
    rename(project, "toloraya-2019#f1", "toloraya-2019#meeting")
    changed = changed_lines(project, before)
    assert changed["explainer.yml"] == [
        ("  - id: eve-of-vladivostok", "  - id: eve-of-the-meeting"),
        ("    renamed_from: [eve-of-the-summit]", "    renamed_from: [eve-of-the-summit, eve-of-vladivostok]"),
    ]
    claims = (project.summaries / "claims" / "toloraya-2019.yml").read_text("utf-8")
    assert "  - id: meeting\n" in claims
    assert "      until: 2019-04-24\n    renamed_from: [f1]\n  - id: o1\n" in claims
    rename(project, "toloraya-2019#f2", "toloraya-2019#roubles")
    assert "        claims: [roubles]" in (project.summaries / "visits" / "kim-putin-vladivostok.yml").read_text(
        "utf-8"
    )
    named = re.findall(r"claim: (\w+)", (project.summaries / "questions.yml").read_text("utf-8"))
    assert "f1" not in named
    assert "meeting" in named


def test_a_record_renamed_twice_keeps_both_old_ids_and_renaming_back_frees_its_id(project: Project) -> None:
    for old, new in (("rok", "one"), ("one", "two"), ("two", "rok")):
        rename(project, old, new)
    assert (project.summaries / "parties" / "rok.yml").read_text("utf-8").endswith("renamed_from: [one, two]\n")
    assert load(project.summaries).records["rok"].renamed_from == ("one", "two")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("freezer", "x", "there is no 'freezer' (did you mean 'freeze'?)"),
        ("president-putin", "x", "there is no 'president-putin' (it is now 'vladimir-putin')"),
        (
            "putin-return",
            "x",
            "there is no 'putin-return' (it was removed on 2020-01-15: name 'kim-russia-return' instead)",
        ),
        (
            "rok",
            "South Korea",
            "'South Korea' is not an id: use lower-case letters a to z, digits and single hyphens "
            "(write 'south-korea')",
        ),
        ("rok", "index", "the id 'index' is reserved for the site itself (choose another)"),
        ("rok", "dprk", "the id 'dprk' is taken: summaries/parties/dprk.yml:1:1"),
        ("rok", "freeze", "the id 'freeze' is taken: summaries/stages/freeze.yml:1:1"),
        ("rok", "rok", "'rok' is its id already"),
        (
            "rok",
            "president-putin",
            "'president-putin' is an old id of 'vladimir-putin', and its old address leads there (choose another)",
        ),
        (
            "rok",
            "old-paper",
            "'old-paper' is the id of something that was removed "
            "(choose another, or delete its entry in removed.yml if its address may lead to this record)",
        ),
        ("toloraya-2019#f1", "toloraya-2019#o1", "the id 'o1' is taken: summaries/claims/toloraya-2019.yml:24:9"),
        ("claims/toloraya-2019", "claims/x", "the claims have the id of their source: rename 'toloraya-2019'"),
        ("a", "b", "there is no 'a'"),
    ],
)  # fmt: skip
def test_nothing_is_written_if_an_id_is_not_right(old: str, new: str, reason: str, project: Project) -> None:
    before = contents(project.summaries)
    with pytest.raises(RefusedError) as caught:
        rename(project, old, new)
    assert str(caught.value) == reason
    assert contents(project.summaries) == before


def test_nothing_is_written_if_the_summaries_have_a_problem(project: Project) -> None:
    written(project, "parties/x.yml", "name: X\nkind: person\nof: [nobody]\n")
    before = contents(project.summaries)
    done = run(project.root, "rename", "rok", "south-korea")
    assert done.returncode == 1
    assert done.stderr.endswith("[dangling]\n1 problem; nothing was changed.\n")
    assert contents(project.summaries) == before


def test_an_id_that_can_not_be_replaced_alone_is_reported(project: Project) -> None:
    written(project, "parties/x.yml", 'name: X\nkind: person\nof: ["r\\u006fk"]\n')
    before = contents(project.summaries)
    with pytest.raises(SummaryError) as caught:
        rename(project, "rok", "south-korea")
    assert str(caught.value) == (
        "summaries/parties/x.yml:1:1: an id in this file can't be changed without changing more, "
        "so nothing was changed (write each id on one line, without escapes) [not-in-place]"
    )
    assert contents(project.summaries) == before


def test_all_files_are_put_back_if_one_can_not_be_written(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(project.summaries)
    moves: list[str] = []
    replace = os.replace

    def fail_at_the_third(source: Path, target: Path) -> None:
        moves.append(str(target))
        if len(moves) == 3:
            raise OSError(28, "No space left on device", str(target))
        replace(source, target)

    monkeypatch.setattr(os, "replace", fail_at_the_third)
    with pytest.raises(MachineError, match="can't be written: No space left on device"):
        rename(project, "toloraya-2019", "op-ed")
    assert contents(project.summaries) == before


def test_pages_written_by_hand_that_give_the_old_address_are_named(project: Project) -> None:
    page = project.docs / "about.md"
    page.write_text(page.read_text("utf-8") + "\n[South](parties/rok.md) and [more](parties/rok-x.md)\n", "utf-8")
    line = len(page.read_text("utf-8").splitlines())
    done = run(project.root, "rename", "rok", "south-korea")
    assert f"docs/about.md:{line} still gives the old address: change it.\n" in done.stdout


SUFFIX = "-renamed"


def without_old_ids(files: dict[str, bytes]) -> dict[str, bytes]:
    lines = re.compile(rb"\n *renamed_from: \[[^\]]*\](?=\n|\Z)|, renamed_from: \[[^\]]*\]")
    return {name: lines.sub(b"", data) for name, data in files.items()}


def ids_of(summaries: Summaries) -> list[str]:
    """Every record but most of the sources, which are alike, each moment, and some claims."""
    claims = [f"{source}#{claim.id}" for source, each in summaries.claims.items() for claim in each.claims[:3]]
    sources = [record.id for record in summaries.records.values() if record.kind_name == "sources"]
    others = [id for id in summaries.records if id not in sources]
    return [*others, *sources[::8], *(f"moments/{moment.id}" for moment in summaries.settings.moments), *claims]


def test_records_renamed_and_renamed_back_leave_the_same_bytes_and_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only `renamed_from` is new, and the pages differ only by addresses and the anchors of old ids."""
    for slow in ("check_result", "refuse_problems"):  # the pages are assembled below, which checks everything
        monkeypatch.setattr(f"builder.editing.renaming.rename.{slow}", lambda *_, **__: None)
    project = furnish(tmp_path)
    shutil.copytree(EXPLAINER / "summaries", project.summaries)
    before = contents(project.summaries)
    pages = {page.path: page.body for page in assemble(project).pages}
    everything = ids_of(load(project.summaries))
    kept = [id for id in everything if "#" not in id and "/" not in id]
    for id in kept:
        rename(project, id, f"{id}{SUFFIX}")
    renamed = {page.path: page for page in assemble(project).pages}
    for path, body in pages.items():
        new = next(each for each in renamed if each.replace(SUFFIX, "") == path and "moved" not in renamed[each].meta)
        assert without_anchors(unsuffixed(renamed[new].body)) == without_anchors(body), path
    for id in everything:
        if id not in kept:
            source, _, claim = id.rpartition("#")
            name = f"{source}{SUFFIX}#{claim}" if source in kept else id
            rename(project, name, f"{name}{SUFFIX}")
            rename(project, f"{name}{SUFFIX}", name)
    for id in kept:
        rename(project, f"{id}{SUFFIX}", id)
    assert without_old_ids(contents(project.summaries)) == before
    again = assemble(project)
    by_path = {page.path: page for page in again.pages}
    assert {path: without_anchors(by_path[path].body) for path in pages} == {
        path: without_anchors(body) for path, body in pages.items()
    }
    moved = {path for path, page in by_path.items() if "moved" in page.meta}
    assert moved == by_path.keys() - pages.keys()


def unsuffixed(body: str) -> str:
    return body.replace(SUFFIX, "").replace(SUFFIX.replace("-", "&#45;"), "")


def without_anchors(body: str) -> str:
    return re.sub(r'<span class="anchor" id="[^"]*"></span>', "", body)


def test_the_translations_of_a_record_are_renamed_with_it(tmp_path: Path) -> None:
    project = furnish(tmp_path)
    shutil.copytree(SITES / "two-languages" / "summaries", project.summaries)
    before = (project.summaries / "translations/ru/visits/kim-putin-vladivostok.yml").read_bytes()
    done = run(project.root, "rename", "kim-putin-vladivostok", "first-summit")
    assert as_printed(done.stdout) == (
        "summaries/projects/power-grid.yml: 1 place\n"
        "summaries/translations/ru/visits/kim-putin-vladivostok.yml"
        " -> summaries/translations/ru/visits/first-summit.yml\n"
        "summaries/visits/kim-putin-vladivostok.yml -> summaries/visits/first-summit.yml\n"
        "Renamed kim-putin-vladivostok to first-summit: 1 place in 3 files.\n"
        "Next: run: python -m builder check\n"
    )
    assert (project.summaries / "translations/ru/visits/first-summit.yml").read_bytes() == before
    pages = {page.path: page for page in assemble(project).pages}
    assert pages["ru/visits/kim-putin-vladivostok.md"].meta["moved"] == "ru/visits/first-summit/"


def test_names_of_a_record_in_translations_are_renamed(tmp_path: Path) -> None:
    project = furnish(tmp_path)
    shutil.copytree(SITES / "two-languages" / "summaries", project.summaries)
    assert run(project.root, "rename", "kim-jong-un", "chairman").returncode == 0
    assert (project.summaries / "translations/ru/parties.yml").read_text("utf-8").count("record: chairman\n") == 1
    own = (project.summaries / "translations/ru/explainer.yml").read_text("utf-8")
    assert "original: >-\n      [[chairman]] and [[vladimir-putin|" in own
    assert "translation: >-\n      [[chairman]] и [[vladimir-putin|" in own
    assert [problem.rule for problem in assemble(project).warnings] == ["other-numbers", "stale-translation"]
