"""The editor's handbook: its examples run, its commands exist, and its page of fields is generated from the models.

An example names its file in its first line, as on the page of rules. If a block of plain text follows, that is the
expected report; otherwise no problem is expected. `pytest --update-golden` writes the page of fields.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from examples import problems_of
from fields_page import fields_page
from golden import ROOT

from builder.cli.main import explainer

HANDBOOK = ROOT / "docs" / "handbook"
FIELDS = HANDBOOK / "fields.md"
PAGES = sorted(path for path in HANDBOOK.glob("*.md") if path.name != "rules.md")
BUILDER = re.compile(r"(?:(?:\.venv/bin/)?python -m builder|explainer) ([a-z].*)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A summary that the handbook shows, and its expected report."""

    page: str
    text: str
    report: tuple[str, ...]


def examples() -> list[Example]:
    found: list[Example] = []
    for path in PAGES:
        blocks = re.findall(r"^```(yaml|text)\n(.*?)^```$", path.read_text("utf-8"), re.M | re.S)
        for (kind, text), (next_kind, next_text) in zip(blocks, [*blocks, ("", "")][1:], strict=True):
            if kind == "yaml":
                report = tuple(next_text.splitlines()) if next_kind == "text" else ()
                found.append(Example(page=path.stem, text=text, report=report))
    return found


def commands() -> list[tuple[str, str]]:
    """The name of a page and a command on it, for every command."""
    found = []
    for path in PAGES:
        text = path.read_text("utf-8")
        lines = "\n".join(re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S)).splitlines()
        lines += re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S))
        found += [(path.stem, line) for line in lines if BUILDER.fullmatch(line) or line.startswith("make ")]
    return found


@pytest.mark.parametrize("example", examples(), ids=lambda example: f"{example.page}: {example.text.splitlines()[0]}")
def test_an_example_gets_the_report_in_the_handbook(example: Example, tmp_path: Path) -> None:
    assert tuple(map(str, problems_of(example.text, tmp_path))) == example.report


def test_the_first_ten_minutes_show_ten_mistakes_each_with_a_message_of_another_rule() -> None:
    text = (HANDBOOK / "first-ten-minutes.md").read_text("utf-8")
    assert re.findall(r"^### (\d+)\. ", text, re.M) == [str(number) for number in range(1, 11)]
    reports = [example.report for example in examples() if example.page == "first-ten-minutes"]
    assert [len(report) for report in reports] == [1] * 10
    assert len({report[0].rpartition(" ")[2] for report in reports}) == 10


@pytest.mark.parametrize(("page", "command"), commands())
def test_each_command_in_the_handbook_exists(page: str, command: str) -> None:
    if command.startswith("make "):
        makefile = "templates/init/Makefile" if page == "host" else "Makefile"
        targets = re.findall(r"^([a-z]+):", (ROOT / makefile).read_text("utf-8"), re.M)
        assert command.split()[1] in targets
        return
    match = BUILDER.fullmatch(command)
    assert match
    name, *words = shlex.split(match[1], comments=True)
    named = explainer.commands[name]
    options = {option for each in named.params if isinstance(each, click.Option) for option in each.opts}
    assert {word for word in words if word.startswith("-")} <= options
    takes = {each.name: each.type for each in named.params if isinstance(each, click.Argument)}
    if isinstance(kinds := takes.get("kind"), click.Choice):
        assert words[0] in kinds.choices


def test_the_page_of_fields_matches_the_models(request: pytest.FixtureRequest) -> None:
    opening, _, _ = FIELDS.read_text("utf-8").partition("## ")
    expected = opening + fields_page()
    if request.config.getoption("--update-golden"):
        FIELDS.write_text(expected, "utf-8")
    assert FIELDS.read_text("utf-8") == expected


def test_every_part_that_the_page_of_fields_names_has_a_section_there() -> None:
    text = FIELDS.read_text("utf-8")
    headings = {heading.lower().replace(" ", "-") for heading in re.findall(r"^## (.+)$", text, re.MULTILINE)}
    assert set(re.findall(r"\(#([a-z-]+)\)", text)) <= headings


def test_every_page_is_left_out_of_the_search_and_linked_from_the_first() -> None:
    first = (HANDBOOK / "index.md").read_text("utf-8")
    for path in HANDBOOK.glob("*.md"):
        text = path.read_text("utf-8")
        within = "" if path.name == "index.md" else "within: The editor’s handbook\n"
        front = rf"---\ntitle: .+\ndescription: .+\n{within}search:\n  exclude: true\n---\n\n# "
        assert re.match(front, text), path.name
        assert path.name == "index.md" or f"({path.name})" in first, path.name


def test_the_readme_links_to_the_handbook() -> None:
    assert "(docs/handbook/index.md)" in (ROOT / "README.md").read_text("utf-8")
