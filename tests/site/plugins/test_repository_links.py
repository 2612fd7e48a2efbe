"""Links to the repository follow `repo_url` and `edit_uri` on any host, or are left out."""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from golden import SITES, furnish

from builder.site.build import build
from builder.site.plugins.repository_links import repository

COMMIT = "0123456789ab"
HOSTS: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "hosts.yml").read_text("utf-8"))
PAGES = ("visits/kim-putin-vladivostok", "meetings", "about")
WORDS = "\n\nRepository: {{ repository }}\n\nBranch: {{ branch }}\n\nFiles: {{ files }}\n"


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS.keys())
def test_every_link_to_the_repository_follows_mkdocs_yml(
    host: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMIT", COMMIT)
    project = furnish(tmp_path)
    shutil.copytree(SITES / "every-field" / "summaries", project.summaries)
    config = re.sub(r"^(repo_url|edit_uri):.*\n", "", project.config.read_text("utf-8"), flags=re.M)
    settings = "".join(f"{name}: {yaml.safe_dump(value)}" for name, value in host["settings"].items())
    project.config.write_text(settings.replace("...\n", "") + config, "utf-8")
    with (project.docs / "about.md").open("a", encoding="utf-8") as about:
        about.write(WORDS)

    site = build(project).site

    pages = {path: (site / path / "index.html").read_text("utf-8") for path in PAGES}
    pencils = {path: re.findall(r'<a href="([^"]*)"[^>]* rel="edit">', page) for path, page in pages.items()}
    assert {path: [html.unescape(link) for link in found] for path, found in pencils.items() if found} == {
        path: [link] for path, link in host["edit"].items()
    }
    assert {path: links for path, page in pages.items() if (links := version_links(page))} == host["version"]
    assert links_called("Report a mistake", pages["about"]) == host.get("mistake", "").split()
    lists = [(site / path / "index.html").read_text("utf-8") for path in ("visits", "sources")]
    added = [
        link
        for words, page in zip(("Add a visit", "Suggest a source"), lists, strict=True)
        for link in links_called(words, page)
    ]
    assert added == host.get("add", [])
    lines = re.findall(r"<p>(?:Repository|Branch|Files): (.*)</p>", pages["about"])
    assert lines == host["filled"]
    assert ("Repository: " in pages["about"]) is bool(
        host["filled"]
    )  # a line is left out if its placeholder has no value
    assert "{{" not in pages["about"]


def test_the_pencil_of_a_list_leads_to_its_file_or_to_the_folder_if_there_are_several(tmp_path: Path) -> None:
    project = furnish(tmp_path)
    shutil.copytree(SITES / "lists-in-folders" / "summaries", project.summaries)
    site = build(project).site
    pencils = {
        path: re.findall(r'<a href="([^"]*)"[^>]* rel="edit">', (site / path / "index.html").read_text("utf-8"))
        for path in ("sources", "glossary", "questions")
    }
    where = "https://github.com/explainers/explainer"
    assert pencils == {
        "sources": [f"{where}/blob/main/summaries/sources"],
        "glossary": [f"{where}/edit/main/summaries/terms/words-of-the-sea.yml"],
        "questions": [f"{where}/edit/main/summaries/questions/ferry.yml"],
    }
    assert 'href="../data/terms/words-of-the-sea.yml"' in (site / "glossary" / "index.html").read_text("utf-8")
    assert (site / "data" / "sources" / "official.yml").is_file()


def links_called(words: str, page: str) -> list[str]:
    return [html.unescape(link) for link in re.findall(rf'<p[^>]*><a href="([^"]*)">{words}</a></p>', page)]


TITLE = 'Talks & <b>tea</b> "at" 5 % #1? 조선 {page} it\'s +'


def test_a_report_of_a_mistake_has_the_title_and_address_of_its_page(tmp_path: Path) -> None:
    """Whatever is in the title: it is encoded once, and adds nothing to the address."""
    project = furnish(tmp_path)
    shutil.copytree(SITES / "every-field" / "summaries", project.summaries)
    visit = project.summaries / "visits" / "kim-putin-vladivostok.yml"
    text = re.sub("^title: .*", lambda _: f"title: '{TITLE.replace(chr(39), chr(39) * 2)}'", visit.read_text("utf-8"))
    visit.write_text(text, "utf-8")
    page = f"---\ntitle: 'How: {TITLE.replace(chr(39), chr(39) * 2)}'\n---\n\nText.\n"
    (project.docs / "how.md").write_text(page, "utf-8")
    site = build(project).site
    for path, title in (("visits/kim-putin-vladivostok", TITLE), ("how", f"How: {TITLE}")):
        (link,) = links_called("Report a mistake", (site / path / "index.html").read_text("utf-8"))
        address = urlsplit(link)
        assert address.geturl().startswith("https://github.com/explainers/explainer/issues/new?")
        assert parse_qs(address.query) == {
            "template": ["mistake.yml"],
            "title": [title],
            "page": [f"http://127.0.0.1:8000/{path}/"],
        }
        assert re.fullmatch(r"[!-~]+", link)
    assert links_called("Report a mistake", (site / "404.html").read_text("utf-8")) == []


def test_a_starter_that_is_too_long_for_an_address_is_left_out() -> None:
    found = repository("https://github.com/us/talks", "https://github.com/us/talks/edit/main/docs/", starter="x" * 7000)
    assert found.new_visit == "https://github.com/us/talks/new/main/summaries/visits?filename=new-visit.yml"
    found = repository("https://github.com/us/talks", "https://github.com/us/talks/edit/main/docs/", starter="x: é\n")
    assert found.new_visit.endswith("?filename=new-visit.yml&value=x%3A%20%C3%A9%0A")


def version_links(page: str) -> list[str]:
    """The links in the line at the foot of a page that names the version."""
    line = re.search(r'<p class="asof">Version .*</p>', page)
    assert line
    return [html.unescape(link) for link in re.findall(r'href="([^"]*)"', line[0])]
