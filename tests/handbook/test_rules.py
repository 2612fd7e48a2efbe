"""The page that explains the rules: it has every rule, and each example runs, with `check` or with `report`.

An example names its file in its first line. If tests/rules has that file, the example replaces the fields it names, or
adds its items to the list. Otherwise the example is a whole new file.
"""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from examples import BASE, findings_of, problems_of
from golden import ROOT

from builder.checks.quality.findings import RULES
from builder.inspection import inspect
from builder.problems import SummaryError
from builder.project import Project

PAGE = (ROOT / "docs" / "handbook" / "rules.md").read_text("utf-8")

WITHOUT_EXAMPLES = {
    *("lost-address", "moved", "not-in-place", "still-named"),
    "list",
    "no-form",
    "no-summary",
    "not-formatted",
    "not-written",
    "not-restored",
    *("references", "table", "passed-over", "made-id", "latex", "not-kept", "not-updated"),
    *("missing-file", "link", "no-file", "unreadable", "unsteady", "encoding", "too-big", "too-long", "syntax"),
    *("missing-word", "no-title", "same-but-for-case", "no-page", "hand-edited", "mkdocs", "zensical"),
    *("slow-build", "unknown-placeholder", "front-matter", "changed-field"),
    "not-on-map",
    "not-in-whole",
    "whole-not-held",
}
"""Rules that one short file can't show: they are about the disk, a size or several files."""

UNEXPLAINED = {
    *("review-due", "open-forecast", "unchanged-stage"),
    *("paragraph-without-claim", "no-such-paragraph", "misquoted", "about-nothing", "not-taken-up"),
    *("main-source-alone", "state-media-alone", "one-source"),
    *("without-outcome", "without-step", "unnamed", "unchecked-answer", "untranslated"),
}
"""Rules of `report` that are not on the page: their headings say enough."""

OF_REPORT = RULES.keys() - UNEXPLAINED
"""Rules of `report` that are on the page. Their examples run with `report`, the others with `check`."""

PASSING_TUPLES = {"decoding", "discovery", "linking", "yaml_hints", "validation_messages"}
"""Modules that pass a rule in a tuple, before its message."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """What the page says about a rule."""

    rule: str
    wrong: str
    right: str


def sections(text: str) -> list[Section]:
    found = []
    for part in re.split(r"^### ", text, flags=re.M)[1:]:
        heading, _, body = part.partition("\n")
        rule = re.fullmatch(r"([a-z-]+) \{#\1\}", heading)
        assert rule, heading
        examples = dict(re.findall(r"^(Wrong|Right):\n\n```(?:yaml|markdown)\n(.*?)^```$", body, re.M | re.S))
        found.append(Section(rule=rule[1], wrong=examples.get("Wrong", ""), right=examples.get("Right", "")))
    return found


SECTIONS = sections(PAGE)
WITH_EXAMPLES = [section for section in SECTIONS if section.wrong]


@pytest.mark.parametrize("section", WITH_EXAMPLES, ids=lambda section: section.rule)
def test_the_wrong_example_breaks_the_rule_and_the_right_one_does_not(section: Section, tmp_path: Path) -> None:
    if section.rule in OF_REPORT:
        wrong, right = (
            [finding.rule for finding in findings_of(example, tmp_path / name)].count(section.rule)
            for name, example in (("wrong", section.wrong), ("right", section.right))
        )
        assert wrong == right + 1
        return
    assert section.rule in {problem.rule for problem in problems_of(section.wrong, tmp_path / "wrong")}
    found = problems_of(section.right, tmp_path / "right")
    assert [str(problem) for problem in found if not problem.warning or problem.rule == section.rule] == []


def test_a_missing_phrase_is_reported_with_the_english_one(tmp_path: Path) -> None:
    shutil.copytree(BASE, tmp_path / "summaries")
    settings = tmp_path / "summaries" / "explainer.yml"
    settings.write_text(settings.read_text("utf-8").replace("language: en", "language: fr"), "utf-8")
    shutil.copytree(ROOT / "templates" / "words", tmp_path / "templates" / "words")
    english = (tmp_path / "templates" / "words" / "en.yml").read_text("utf-8")
    french = "".join(line for line in english.splitlines(keepends=True) if line != "  home: Home\n")
    (tmp_path / "templates" / "words" / "fr.yml").write_text(french, "utf-8")
    with pytest.raises(SummaryError) as caught:
        inspect(Project(root=tmp_path))
    assert str(caught.value).endswith(
        "templates/words/fr.yml:2:1: the phrase 'site.home' is missing (in English: Home) [missing-word]"
    )


def test_every_rule_is_explained_and_no_other() -> None:
    explained = [section.rule for section in SECTIONS]
    assert len(explained) == len(set(explained))
    modules = [
        path for path in (ROOT / "builder").rglob("*.py") if path.stem != "findings"
    ]  # its findings are not problems
    assert set(explained) == {rule for path in modules for rule in rules_in(path)} | OF_REPORT


def test_every_rule_has_examples_or_a_test_of_its_own() -> None:
    assert {section.rule for section in SECTIONS if not section.wrong} == WITHOUT_EXAMPLES
    assert all(section.right for section in WITH_EXAMPLES)
    tests = "".join(path.read_text("utf-8") for path in ROOT.glob("tests/**/*.*") if path.suffix in (".py", ".yml"))
    for rule in WITHOUT_EXAMPLES:
        assert f"[{rule}]" in tests or f'rule == "{rule}"' in tests, rule


def rules_in(path: Path) -> Iterator[str]:
    """The rules that a module names: passed as `rule`, by keyword or position, or in a tuple before a message."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Call():
                yield from _rule_names([keyword.value for keyword in node.keywords if keyword.arg == "rule"])
                yield from _rule_names(
                    node.args[RULE_POSITIONS[_function_name(node)] :][:1]
                    if _function_name(node) in RULE_POSITIONS
                    else []
                )
            case ast.Assign(targets=[ast.Tuple(elts=targets)]):
                positions = [at for at, name in enumerate(targets) if isinstance(name, ast.Name) and name.id == "rule"]
                values = [value for value in ast.walk(node.value) if isinstance(value, ast.Tuple)]
                yield from _rule_names([value.elts[at] for value in values for at in positions])
            case ast.Tuple(elts=[*_, rule, _, _]) | ast.Tuple(elts=[rule, _]) if path.stem in PASSING_TUPLES:
                yield from _rule_names([rule])


def _function_name(call: ast.Call) -> str:
    return str(getattr(call.func, "id", getattr(call.func, "attr", "")))


def _rule_names(nodes: Sequence[ast.expr]) -> Iterator[str]:
    for node in nodes:
        match node:
            case ast.Constant(value=str(text)) if re.fullmatch("[a-z]+(-[a-z]+)*", text):
                yield text


def _rule_positions() -> dict[str, int]:
    """The position of the argument `rule` in each function that has one, by the function's name."""
    positions: dict[str, int] = {}
    for path in (ROOT / "builder").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                names = [argument.arg for argument in node.args.args if argument.arg != "self"]
                if "rule" in names:
                    assert positions.setdefault(node.name, names.index("rule")) == names.index("rule")
    return positions


RULE_POSITIONS = _rule_positions()
