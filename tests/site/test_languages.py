"""A site in English, Russian and Persian: what search engines and readers get on each page."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from golden import SITES, furnish

from builder.project import Project
from builder.site.build import build

ADDRESS = "http://127.0.0.1:8000/"
VISIT = "visits/kim-putin-vladivostok/"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = furnish(tmp_path_factory.mktemp("languages"))
    shutil.copytree(SITES / "two-languages" / "summaries", project.summaries)
    build(project)
    return project


def html(project: Project, address: str) -> str:
    return (project.site / address / "index.html").read_text("utf-8")


def alternates(text: str) -> dict[str, str]:
    return dict(re.findall(rf'<link rel="alternate" hreflang="([^"]+)" href="{ADDRESS}([^"]*)">', text))


def pages(project: Project) -> Iterator[tuple[str, str]]:
    for file in sorted(project.site.rglob("index.html")):
        address = file.parent.relative_to(project.site).as_posix()
        yield "" if address == "." else f"{address}/", file.read_text("utf-8")


def test_pages_in_several_languages_name_one_another_and_no_other_page_does(project: Project) -> None:
    found = {address: alternates(text) for address, text in pages(project) if alternates(text)}
    home = {"en-GB": "", "x-default": "", "ru": "ru/", "fa": "fa/"}
    background = {"en-GB": "background/", "x-default": "background/", "ru": "ru/background/"}
    visit = {"en-GB": VISIT, "x-default": VISIT, "ru": f"ru/{VISIT}"}
    assert found == {
        **dict.fromkeys(("", "ru/", "fa/"), home),
        **dict.fromkeys(("background/", "ru/background/"), background),
        **dict.fromkeys((VISIT, f"ru/{VISIT}"), visit),
    }


@pytest.mark.parametrize(
    ("address", "language", "direction"),
    [("", "en", "ltr"), (VISIT, "en", "ltr"), ("ru/", "ru", "ltr"), (f"ru/{VISIT}", "ru", "ltr"), ("fa/", "fa", "rtl")],
)
def test_a_page_says_its_language_its_direction_and_its_own_address(
    address: str, language: str, direction: str, project: Project
) -> None:
    text = html(project, address)
    assert re.findall(r'<html lang="([^"]+)"', text) == [language]
    assert re.findall(r'<body dir="([^"]+)"', text) == [direction]
    assert f'<link rel="canonical" href="{ADDRESS}{address}">' in text


def test_the_switch_above_the_title_leads_to_each_language_and_marks_this_one(project: Project) -> None:
    (switch,) = re.findall(r'<nav class="languages".*?</nav>', html(project, f"ru/{VISIT}"))
    assert switch == (
        '<nav class="languages" aria-label="На других языках"><ul>'
        f'<li><a href="../../../{VISIT}" lang="en-GB" hreflang="en-GB">English</a></li>'
        '<li><a href="./" lang="ru" hreflang="ru" aria-current="page">Русский</a></li></ul></nav>'
    )
    assert 'class="languages"' not in html(project, "visits")


def test_menu_search_and_foot_are_in_the_language_of_the_page(project: Project) -> None:
    text = html(project, f"ru/{VISIT}")
    assert re.findall(r'class="menu__link"[^>]*>([^<]+)<', text) == [
        *("История", "Предыстория", "Этапы", "Хронология"),
        *("Люди и встречи", "Визиты", "Кто есть кто", "Кто с кем встречался", "Приглашения", "Проекты"),
    ]
    assert 'placeholder="Поиск"' in text
    (config,) = re.findall(r'<script id="__config" type="application/json">(.*?)</script>', text)
    assert json.loads(config)["translations"]["search.result.none"].startswith("Ничего не найдено")
    foot = text[text.index('class="footer-links') :]
    assert re.findall(r">([^<]+)</a></li>", foot) == [
        *("Method", "About", "Источники", "Состояние обзора", "Загрузки", "Всё на одной странице"),
        *("Следить за обновлениями &#40;RSS&#41;", "Как цитировать этот обзор", "Связаться с нами"),
        "فارسی",
    ]
    assert '<a href="../../../about/" lang="en-GB">About</a>' in foot, "nobody has translated that"
    assert "<title>Ким и Путин во Владивостоке, 2019 – Ким и Путин во Владивостоке</title>" in text


def test_every_page_leads_to_the_home_pages_in_other_languages(project: Project) -> None:
    for address, text in pages(project):
        up = "../" * address.count("/")
        for language in ("ru", "fa"):
            if not address.startswith(f"{language}/"):
                assert re.search(rf'<a href="{up or ""}(?:\./)?{language}/" lang="{language}"', text), address


def test_a_link_to_what_is_not_translated_says_its_language(project: Project) -> None:
    text = html(project, f"ru/{VISIT}")
    links = dict(re.findall(r'<a href="(\.\./[^"]+)"(?: hreflang="([^"]+)")?', text[text.index("<article") :]))
    assert links["../../../parties/kim-jong-un/"] == "en"
    assert links["../../"] == "", "home is translated"
    body = text[text.index("</nav>", text.index("crumbs")) : text.index('class="cite"')]
    for address, language in re.findall(r'<a href="((?:\.\./)+[^"]*)"(?: hreflang="([^"]+)")?', body):
        leads_out = not re.fullmatch(r"(?:\.\./){1,2}|\.\./", address) and "data/" not in address
        assert bool(language) == leads_out, address


def test_a_page_that_does_not_exist_says_so_in_each_language(project: Project) -> None:
    text = (project.site / "404.html").read_text("utf-8")
    assert re.findall(r'<section lang="(\w+)" dir="(\w+)">\s*<h2>([^<]+)</h2>', text) == [
        ("ru", "ltr", "Страница не найдена"),
        ("fa", "rtl", "صفحه پیدا نشد"),
    ]


def test_the_sitemap_names_the_page_in_each_language(project: Project) -> None:
    text = (project.site / "sitemap.xml").read_text("utf-8")
    (entry,) = re.findall(rf"<url>\s*<loc>{ADDRESS}ru/{VISIT}</loc>.*?</url>", text, re.DOTALL)
    assert re.findall(r'<xhtml:link rel="alternate" hreflang="([^"]+)" href="([^"]+)"/>', entry) == [
        ("en-GB", f"{ADDRESS}{VISIT}"),
        ("ru", f"{ADDRESS}ru/{VISIT}"),
    ]


def test_a_site_in_one_language_has_nothing_of_others(tmp_path: Path) -> None:
    project = furnish(tmp_path)
    shutil.copytree(SITES / "one-of-each" / "summaries", project.summaries)
    build(project)
    for address, text in pages(project):
        assert "hreflang" not in text, address
        assert 'class="languages"' not in text, address
    assert "xhtml" not in (project.site / "sitemap.xml").read_text("utf-8")
