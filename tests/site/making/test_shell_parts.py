"""Parts of the theme that are rendered once: pages are the same as when each part is rendered for each page."""

from __future__ import annotations

import shutil
from pathlib import Path

import jinja2
import pytest
from golden import SITES, furnish

from builder.project import Project
from builder.site.build import build
from builder.site.making import shell_parts
from builder.site.making.shell_parts import PartTemplate


def built(project: Project) -> dict[str, bytes]:
    shutil.rmtree(project.root / ".cache", ignore_errors=True)
    build(project)
    files = [path for path in project.site.rglob("*") if path.is_file()]
    return {path.relative_to(project.site).as_posix(): path.read_bytes() for path in files}


def test_pages_are_the_same_as_when_each_part_is_rendered_for_each_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = furnish(tmp_path)
    shutil.copytree(SITES / "every-field" / "summaries", project.summaries)
    with_kept_parts = built(project)
    monkeypatch.setattr(shell_parts, "_uses", lambda environment, name: None)
    assert built(project) == with_kept_parts


PARTS = {
    "of the site": ("{{ config.name }}", True),
    "with a picture": ("{% set icon = config.icon %}{% include '.icons/' ~ icon ~ '.svg' %}", True),
    "with a part of the site": ("{% include 'of the site' %}", True),
    "of the page": ("{{ page.title }}", False),
    "with a part of the page": ("{% include 'of the page' %}", False),
    "with any part": ("{% include config.part %}", False),
    "with a link": ("{{ config.home | url }}", False),
    "with a choice": ("{{ nav.items | selectattr('url', 'equalto', '') | first }}", True),
    "with itself": ("{% for part in config.parts %}{% include 'with itself' %}{% endfor %}", False),
    "of the menu": ("{{ nav.items[0].active }}", False),
    "with macros of the page": ("{% import 'of the page' as macros with context %}", False),
    "with macros": ("{% macro say(key) %}{{ key }} {{ config.name }}{% endmacro %}", True),
    ".icons/star.svg": ("<svg/>", True),
}


@pytest.fixture(autouse=True)
def _parts_are_kept_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell_parts, "_FEW", 0)


@pytest.fixture
def environment() -> jinja2.Environment:
    environment = jinja2.Environment(loader=jinja2.DictLoader({name: text for name, (text, _) in PARTS.items()}))
    environment.filters["url"] = jinja2.pass_context(lambda context, path: context["page"]["up"] + path)
    environment.template_class = PartTemplate
    return environment


@pytest.mark.parametrize("name", PARTS)
def test_a_part_is_kept_if_it_uses_nothing_of_the_page(name: str, environment: jinja2.Environment) -> None:
    template = environment.get_template(name)
    assert isinstance(template, PartTemplate)
    assert (template.uses is not None) == PARTS[name][1]


def test_a_template_that_is_rendered_a_few_times_is_not_parsed_for_it(
    environment: jinja2.Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str | None] = []
    monkeypatch.setattr(shell_parts, "_FEW", 2)
    monkeypatch.setattr(shell_parts, "_uses", lambda environment, name: parsed.append(name))
    page = environment.get_template("of the site")
    for _ in range(2):
        page.render(config={"name": "A"})
    assert parsed == []
    page.render(config={"name": "A"})
    assert parsed == ["of the site"]


def test_parts_are_kept_at_once_if_many_pages_follow(
    environment: jinja2.Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shell_parts, "_FEW", 24)
    part = environment.get_template("of the site")
    assert part.render(config={"name": "A"}) == "A"
    shell_parts.use_parts_at_once(environment)
    assert part.render(config={"name": "A"}) == "A"
    assert isinstance(part, PartTemplate)
    assert part.kept == ([{"name": "A"}], "A", {})


def test_a_kept_part_is_rendered_again_for_another_value(environment: jinja2.Environment) -> None:
    page = environment.from_string(
        "{% include 'of the site' %} {% import 'with macros' as macros with context %}{{ macros.say(title) }}"
    )
    for name, title in (("A", "1"), ("A", "2"), ("B", "3"), ("B", "3"), ("A", "1")):
        assert page.render(config={"name": name}, title=title) == f"{name} {title} {name}"
