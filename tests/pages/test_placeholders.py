"""Placeholders on hand-written pages: they are replaced by settings, and nothing else is."""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path

import pytest
from golden import ROOT, SITES, furnish

from builder.inspection import inspect
from builder.pages.parts.placeholders import PLACEHOLDERS, fill_placeholders
from builder.problems import SummaryError
from builder.project import Project
from builder.site.build import build

VALUES = {"contact": "mailto:us@example.org", "branch": "main", "files": ""}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("[Write]({{ contact }}) to us.\n", "[Write](mailto:us@example.org) to us.\n"),
        ("{{contact}} and {{ branch }}", "mailto:us@example.org and main"),
        ("One.\nAll of [it]({{ files }}/a.md).\nThree.\n", "One.\nThree.\n"),
        (
            "{{ contcat }} {% if contact %} {{ contact.upper() }} {{ }}",
            "{{ contcat }} {% if contact %} {{ contact.upper() }} {{ }}",
        ),
        ("`{{ contact }}` ``{{ ` {{ contact }}``", "`{{ contact }}` ``{{ ` {{ contact }}``"),
        ("```jinja\n{{ contact }}\n```\n{{ branch }}\n", "```jinja\n{{ contact }}\n```\nmain\n"),
        ("~~~\n{{ contact }}\n", "~~~\n{{ contact }}\n"),
    ],
)
def test_a_name_is_filled_in_and_nothing_else_happens(typed: str, expected: str) -> None:
    assert fill_placeholders(typed, VALUES) == expected
    assert fill_placeholders(expected, VALUES) == expected


def test_a_misspelt_placeholder_is_reported_at_its_line(tmp_path: Path) -> None:
    project = explainer(tmp_path, "every-field")
    (project.docs / "about.md").write_text("# About\n\nWrite [here]({{ contcat }}), or `{{ there }}`.\n", "utf-8")
    (project.docs / "more").mkdir()
    (project.docs / "more" / "how.md").write_text("# How\n\n{{ contact }} {{ x }}\n", "utf-8")
    with pytest.raises(SummaryError) as caught:
        inspect(project)
    assert str(caught.value).splitlines() == [
        "docs/about.md:3:14: unknown placeholder 'contcat' (did you mean 'contact'?) [unknown-placeholder]",
        "docs/more/how.md:3:15: unknown placeholder 'x' "
        "(one of: branch, contact, counting_rule, files, question, repository) [unknown-placeholder]",
    ]


def test_hand_written_pages_show_the_settings(tmp_path: Path) -> None:
    project = explainer(tmp_path, "every-field")
    settings = project.summaries / "explainer.yml"
    build(project)
    assert '<a href="mailto:editors@example.org">Write to the editors</a>' in page(project, "about")
    own_rule = "<p>Leaders’ meetings that were held, each counted once, whoever else was in the room."
    assert own_rule in page(project, "method")

    text = re.sub(r"counting_rule: .*\n", "", settings.read_text("utf-8"))
    settings.write_text(text.replace("mailto:editors@example.org", "https://example.org/write_to_us"), "utf-8")
    build(project)
    assert '<a href="https://example.org/write_to_us">Write to the editors</a>' in page(project, "about")
    assert own_rule not in page(project, "method")
    assert "<p>A meeting is counted when two people from different sides met as leaders" in page(project, "method")


def test_a_counting_rule_is_shown_as_typed(tmp_path: Path) -> None:
    project = explainer(tmp_path, "every-field")
    settings = project.summaries / "explainer.yml"
    rule = "counting_rule: Meetings of [[kim-jong-un]] & *others*, {{ contact }}, as {{ branch }}."
    settings.write_text(re.sub(r"counting_rule: .*", rule, settings.read_text("utf-8")), "utf-8")
    build(project)
    shown = "<p>Meetings of Kim & *others*, {{ contact }}, as {{ branch }}."
    assert shown in html.unescape(page(project, "method"))


def test_the_handbook_names_every_placeholder() -> None:
    rules = (ROOT / "docs" / "handbook" / "rules.md").read_text("utf-8")
    (names,) = re.findall(r"^It knows (.*)\.$", rules, re.M)
    assert re.findall(r"`(\w+)`", names) == list(PLACEHOLDERS)


def explainer(root: Path, name: str) -> Project:
    project = furnish(root)
    shutil.copytree(SITES / name / "summaries", project.summaries)
    return project


def page(project: Project, path: str) -> str:
    return (project.site / path / "index.html").read_text("utf-8")
