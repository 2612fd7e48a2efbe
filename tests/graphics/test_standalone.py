"""Graphics as files of their own: whole, well formed, and the same as on their pages."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from conftest import served
from golden import ROOT, SITES
from playwright.sync_api import Browser

from builder.assembly import complete, rendered
from builder.graphics.standalone import Origin, name_of, stand_alone
from builder.inspection import inspect
from builder.pages import rendering
from builder.pages.page_file import Page
from builder.pages.plan import Plan
from builder.project import Project
from builder.system import parallel

SVG = "{http://www.w3.org/2000/svg}"


def drawn(name: str, root: Path) -> dict[str, bytes]:
    """The graphics of a mini-explainer, by file name."""
    shutil.copytree(SITES / name / "summaries", root / "summaries")
    (root / "templates").symlink_to(ROOT / "templates")
    project = Project(root=root)
    files = complete(inspect(project), project).assets
    return {path.rpartition("/")[2]: data for path, data in files.items() if path.startswith("data/graphics/")}


@pytest.mark.parametrize("name", ["every-field", "good-friday", "state-treaty"])
def test_a_graphic_says_what_it_shows_where_it_is_from_and_what_may_be_done_with_it(name: str, tmp_path: Path) -> None:
    found = drawn(name, tmp_path)
    settings = inspect(Project(root=tmp_path)).explainer.settings
    assert found
    for file, data in found.items():
        if not file.endswith(".svg"):
            continue
        root = ElementTree.fromstring(data)
        texts = ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]
        assert texts[0] == root.findtext(f"{SVG}title") != "", file
        below = " ".join(texts)
        assert " ".join(str(settings.title).split()) in below, file
        assert str(settings.licence) in below, file
        assert root.get("lang") == str(settings.language)
        rules = root.findtext(f"{SVG}style") or ""
        assert rules.count("{") == rules.count("}") > 5, file
        assert re.findall(r"var\(|color-mix|hover", rules) == [], file


def test_every_page_that_offers_a_graphic_has_its_files(tmp_path: Path) -> None:
    found = drawn("every-field", tmp_path)
    project = Project(root=tmp_path)
    inspected = inspect(project)
    offered = set()
    for page in rendered(inspected.plans, inspected, project):
        offered |= set(re.findall(r'data/graphics/([\w.-]+\.svg)"', page.body))
    assert offered == {file for file in found if file.endswith(".svg")}
    assert {file.replace(".html", ".svg") for file in found} == offered


def test_a_page_with_a_graphic_is_rendered_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    renderer = rendering.renderer

    def counted(*arguments: Any) -> Callable[[Plan], Page]:
        render = renderer(*arguments)

        def counting(plan: Plan) -> Page:
            made.append(plan.path)
            return render(plan)

        return counting

    monkeypatch.setattr(parallel, "processors", lambda: 1)
    monkeypatch.setattr(rendering, "renderer", counted)
    files = drawn("every-field", tmp_path)
    project = Project(root=tmp_path)
    inspected = inspect(project)
    made.clear()
    found = complete(inspected, project)
    assert made == [plan.path for plan in inspected.plans]
    assert {f"data/graphics/{name}": data for name, data in files.items()}.items() <= found.assets.items()


def test_the_code_for_a_frame_leads_to_the_graphic(site: Path) -> None:
    page = (site / "index.html").read_text("utf-8")
    (details,) = re.findall('<details class="embed".*?</details>', page, re.DOTALL)
    code = html.unescape(re.findall("<code>(.*?)</code>", details, re.DOTALL)[0])
    found = re.fullmatch(
        r'<iframe src="http://127\.0\.0\.1:8000/explainer/(\S+)" title="[^"]+" width="100%" height="(\d+)"'
        r' style="border:0" loading="lazy"></iframe>',
        code,
    )
    assert found
    framed = (site / found[1]).read_text("utf-8")
    height = re.findall(r' width="\d+" height="(\d+)" role="group"', framed)[0]
    assert int(height) <= int(found[2])


def test_links_in_a_graphic_lead_to_the_site_and_out_of_the_frame(tmp_path: Path) -> None:
    found = drawn("every-field", tmp_path)
    links = re.findall(rb' href="([^"]*)"', found["home.svg"])
    assert links
    assert [link for link in links if not link.startswith(b"../../")] == []
    assert b'<base target="_top">' in found["home.html"]
    assert found["home.svg"] in found["home.html"]


def test_a_title_with_signs_of_html_is_shown_as_typed() -> None:
    body = (
        '<figure class="graphic map" data-search-exclude>\n<svg class="wide" viewBox="0 0 9 9" width="9" height="9">\n'
        '<path d="M0 0h1"/>\n</svg>\n<figcaption>It&#39;s &lt;here&gt;.</figcaption>\n</figure>'
    )
    origin = Origin(url="a/", base="https://example.org/", title='A & "<b>"', notes=["S & T"], language="en")
    made = stand_alone(body, origin, "")
    assert made
    root = ElementTree.fromstring(made.svg)
    assert root.get("aria-label") == 'A & "<b>"'
    assert [text.text for text in root.iter(f"{SVG}text")] == ['A & "<b>"', "It's", "<here>.", "S", "&", "T"]


def test_a_page_without_a_drawing_has_no_file() -> None:
    origin = Origin(url="a/", base="", title="A", notes=["S"], language="en")
    assert stand_alone("<figure><img src='a.png'></figure>", origin, "") is None


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("index.md", "home"),
        ("visits/index.md", "visits"),
        ("projects/index-of-all.md", "projects-index-of-all"),
        ("projects/home.md", "projects-home"),
    ],
)
def test_a_graphic_is_named_after_its_page(path: str, name: str) -> None:
    assert name_of(path) == name


def test_in_a_frame_a_graphic_fits_without_scrolling(browser: Browser, tmp_path: Path) -> None:
    for name, data in drawn("every-field", tmp_path).items():
        (tmp_path / name).write_bytes(data)
    with served(tmp_path) as address:
        for file in sorted(tmp_path.glob("*.html")):
            page = browser.new_page(viewport={"width": 360, "height": 900})
            page.goto(address + file.name)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), file.name
            assert page.locator("body > svg").bounding_box()["width"] == 360  # type: ignore[index]
            page.close()
