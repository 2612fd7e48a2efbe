"""The complete mini-explainer, built with MkDocs, ProperDocs and Zensical: what is the same, and what is not."""

from __future__ import annotations

import html.parser
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

import pytest
from axe import violations
from command import as_printed, contents, run
from conftest import fullest, served
from golden import EXPLAINER, PYTHONPATH, ROOT, SITES, furnish
from playwright.sync_api import Browser, Page
from wheel import build_wheel, unpack

from builder.project import Project

BASE = "/explainer/"


def renderers() -> Path:
    """The environment that has ProperDocs and Zensical, next to the packages of this one."""
    folder = Path(sys.prefix) / "renderers"
    assert (folder / "bin" / "zensical").is_file(), (
        "run the tests with make test, which installs ProperDocs and Zensical"
    )
    return folder / "bin"


def run_there(project: Path, *words: str, path: str = PYTHONPATH) -> subprocess.CompletedProcess[str]:
    """Run a program of that environment in a folder."""
    return subprocess.run(
        [renderers() / words[0], *words[1:]],
        cwd=project,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def laid_out(root: Path) -> Project:
    """The same explainer as of the fixture `site`, not built yet."""
    project = furnish(root)
    shutil.copytree(EXPLAINER / "summaries", project.summaries)
    shutil.copytree(ROOT / "docs" / "handbook", project.docs / "handbook")
    config = project.config.read_text("utf-8")
    project.config.write_text(config.replace("127.0.0.1:8000/", f"127.0.0.1:8000{BASE}"), "utf-8")
    return project


def built_with(renderer: str, root: Path) -> Path:
    project = laid_out(root)
    built = run_there(root, "python", "-m", "builder", "build", "--renderer", renderer)
    assert re.search(r"^Built \d+ pages", built.stdout, re.M), built.stdout + built.stderr
    return project.site


@pytest.fixture(scope="module")
def by_zensical(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_with("zensical", tmp_path_factory.mktemp("zensical"))


def files(site: Path) -> dict[str, bytes]:
    """The files of a site, without those of MkDocs's own theme and of Zensical's, and without the list of all files."""
    return {
        path: data
        for path, data in contents(site).items()
        if path != ".explainer.json" and not re.match(r"assets/(?:images|javascripts|stylesheets)/", path)
    }


class _Text(html.parser.HTMLParser):
    """Collects the text of a page's main content, without scripts, as lines without superfluous spaces."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.depth += tag == "article"
        self.cdata = tag if tag in ("script", "style") else ""

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "article"
        self.cdata = ""

    def handle_data(self, data: str) -> None:
        if self.depth and not self.cdata:
            self.parts.append(data)


def text_of(page: bytes) -> list[str]:
    parser = _Text()
    parser.cdata = ""
    parser.feed(page.decode())
    return [line for each in "".join(parser.parts).splitlines() if (line := " ".join(each.split()))]


def urls(sitemap: bytes) -> list[list[str]]:
    """The address and the day of each page in a sitemap, sorted."""
    return sorted([str(each.text) for each in url] for url in ElementTree.fromstring(sitemap))


def test_properdocs_makes_the_same_site_to_the_byte_but_for_its_name(site: Path, tmp_path: Path) -> None:
    def without_name(found: dict[str, bytes]) -> dict[str, bytes]:
        name = rb'(?<=<meta name="generator" content="mkdocs-)(?:1[.\d]+|ProperDocs [.\d]+)'
        return {path: re.sub(name, b"", data) if path.endswith(".html") else data for path, data in found.items()}

    made = contents(built_with("properdocs", tmp_path))
    assert b'content="mkdocs-ProperDocs 1.' in made["index.html"]
    expected = without_name(contents(site))
    assert without_name(made).keys() == expected.keys()
    assert {path for path, data in without_name(made).items() if data != expected[path]} == set()


def test_zensical_makes_the_same_files_with_a_search_of_its_own(site: Path, by_zensical: Path) -> None:
    made, expected = files(by_zensical), files(site)
    assert expected.keys() - made.keys() == {"search/search_index.json"}
    assert made.keys() - expected.keys() == {"search.json"}
    others = {path for path in made.keys() & expected.keys() if not path.endswith(".html")}
    assert {path for path in others if made[path] != expected[path]} == {"sitemap.xml", "sitemap.xml.gz"}
    assert urls(made["sitemap.xml"]) == urls(expected["sitemap.xml"])


def test_zensical_makes_pages_with_the_same_text_but_for_the_name_of_the_contents(
    site: Path, by_zensical: Path
) -> None:
    made, expected = files(by_zensical), files(site)
    pages = [path for path in expected if path.endswith(".html")]
    here, there = b"<summary>On this page</summary>", b"<summary>Table of contents</summary>"
    lines = {path: text_of(made[path].replace(here, there)) for path in pages}
    assert sum(map(len, lines.values())) > 5_000
    assert {path for path in pages if lines[path] != text_of(expected[path])} == set()


def test_pages_by_zensical_open_without_errors_and_axe_finds_nothing(browser: Browser, by_zensical: Path) -> None:
    """A page of each kind, on a phone. There are no requests to other hosts, and nothing is wider than the screen."""
    folders = ("claims", "constraints", "moments", "parties", "projects", "stages", "visits")
    records = [fullest(by_zensical, f"{folder}/*/") for folder in folders]
    kinds = [
        "",
        *records,
        "visits/",
        "timeline/",
        "state/",
        "glossary/",
        "about/",
        "handbook/fields/",
        "nothing-is-here/",
    ]
    wrong: list[str] = []
    with served(by_zensical, BASE) as address, opened(browser, 360, "dark") as page:
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: None if request.url.startswith(address) else wrong.append(request.url))
        for path in kinds:
            page.goto(address + path)
            wrong += [f"{path}: {each}" for each in violations(page)]
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wrong.append(f"{path} is too wide")
    assert [each for each in wrong if "404 (" not in each] == []  # the page that does not exist


@contextmanager
def opened(browser: Browser, width: int, scheme: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
    )
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


IN_A_FIELD = """() => {
  let at = document.activeElement
  while (at?.shadowRoot) at = at.shadowRoot.activeElement
  return at?.matches("input:not([type=checkbox])")
}"""
"""Whether what is typed goes into a field."""


@pytest.mark.parametrize("width", [1280, 360])
def test_the_search_of_zensical_finds_a_page_by_its_title_and_says_what_it_is(
    browser: Browser, by_zensical: Path, width: int
) -> None:
    with served(by_zensical, BASE) as address, opened(browser, width, "light") as page:
        page.goto(f"{address}visits/")
        page.locator(".md-header label[for=__search]" if width == 360 else ".md-search__button").click()
        page.wait_for_function(IN_A_FIELD)  # keys that come before that are lost
        page.keyboard.type("castle buildings")
        result = page.locator("a[href*='visits/castle-buildings']").filter(has_text="Visit · 10 April 1998").first
        result.wait_for()
        assert "The final session of the multi-party talks" in result.inner_text()
        result.click()
        page.wait_for_url(f"{address}visits/castle-buildings/**")


def test_the_search_index_of_zensical_has_the_same_entries(site: Path, by_zensical: Path) -> None:
    def entries(index: Path, name: str) -> dict[str, tuple[str, str]]:
        found = json.loads(index.read_text("utf-8"))[name]
        return {each["location"]: (each["title"], " ".join(each["text"].split())) for each in found}

    made = entries(by_zensical / "search.json", "items")
    expected = entries(site / "search" / "search_index.json", "docs")
    assert made.keys() == expected.keys()
    assert {title: made[path][0] for path, (title, _) in expected.items() if made[path][0] != title} == {}


def test_a_page_written_by_hand_with_a_broken_link_is_named_before_zensical_runs(tmp_path: Path) -> None:
    project = laid_out(tmp_path)
    about = project.docs / "about.md"
    about.write_text("# About\n\nSee [there](nowhere.md).\n", "utf-8")
    built = run_there(tmp_path, "python", "-m", "builder", "build", "--renderer", "zensical")
    assert built.stderr == (
        "docs/about.md:3:13: Doc file 'about.md' contains a link 'nowhere.md', but the target is not found among "
        "documentation files. [mkdocs]\n1 problem; nothing was changed.\n"
    )
    assert built.returncode == 1
    assert not project.site.exists()


def test_what_zensical_refuses_is_said_in_its_words_and_the_site_stays(tmp_path: Path) -> None:
    """Here a method of strings in a template of the explainer's own, which only Jinja2 has."""
    project = laid_out(tmp_path)
    shutil.rmtree(project.docs / "handbook")
    templates = project.templates.resolve()
    project.templates.unlink()
    shutil.copytree(templates, project.templates)
    (project.templates / "theme" / "partials" / "logo.html").write_text('{{ "a b".split() }}', "utf-8")
    project.site.mkdir()
    built = run_there(tmp_path, "python", "-m", "builder", "build", "--renderer", "zensical")
    assert built.returncode == 1
    assert built.stderr == (
        "mkdocs.yml:1:1: Zensical stopped: unknown method: string has no method named split (in partials/logo.html:1) "
        "[zensical]\n"
        "1 problem; nothing was changed.\n"
    )
    assert contents(project.site) == {}


def test_plain_properdocs_brings_the_pages_up_to_date_as_plain_mkdocs_does(project: Path) -> None:
    visit = project / "docs" / "visits" / "kim-putin-vladivostok.md"
    built = run_there(project, "properdocs", "build", "--strict", "--quiet")
    assert (built.returncode, built.stdout, built.stderr) == (0, "", "")
    assert visit.is_file()
    page = (project / "site" / "visits" / visit.stem / "index.html").read_text("utf-8")
    assert 'content="mkdocs-ProperDocs 1.' in page


def test_an_explainer_with_the_plugin_alone_is_built_by_each_renderer(tmp_path: Path) -> None:
    """It has no theme of its own: that of the package is used, with the package's handbook."""
    package = unpack(build_wheel(tmp_path / "wheel"), tmp_path / "package")
    explainer = tmp_path / "talks"
    options = (
        "--yes",
        "--title",
        "Talks",
        "--question",
        "Will they last?",
        "--host",
        "none",
        "--address",
        "https://example.org/talks/",
        "--contact",
        "us@example.org",
    )
    words = ("python", "-P", "-m", "builder")
    started = run_there(tmp_path, *words, "init", str(explainer), *options, path=str(package))
    assert started.returncode == 0, started.stderr
    with (explainer / "mkdocs.yml").open("a", encoding="utf-8") as config:
        config.write("hooks: [shout.py]\n")
    shout = "def on_page_markdown(markdown, **given):\n    return markdown.replace('This site', 'THIS SITE')\n"
    (explainer / "shout.py").write_text(shout, "utf-8")
    (line,) = [
        number
        for number, text in enumerate((explainer / "mkdocs.yml").read_text("utf-8").splitlines(), start=1)
        if text == "hooks: [shout.py]"
    ]
    pages = {}
    for renderer in ("mkdocs", "properdocs", "zensical"):
        built = run_there(explainer, *words, "build", "--renderer", renderer, path=str(package))
        assert built.returncode == 0, built.stderr
        pages[renderer] = {path for path in contents(explainer / "site") if path.endswith(".html")}
        assert "THIS SITE" in (explainer / "site" / "about" / "index.html").read_text("utf-8")
        page = (explainer / "site" / "handbook" / "index.html").read_text("utf-8")
        assert '<div lang="en" dir="ltr">' in page
        assert 'href="mailto:us@example.org"' in page.replace("&#x2f;", "/")
    assert (
        f"mkdocs.yml:{line}:9: warning: 'shout.py' can change files and Markdown, but not the HTML, which Zensical "
        "makes (look at the pages that need it) [zensical]\n"
    ) in built.stderr
    assert "handbook/host/index.html" in pages["mkdocs"]
    assert pages["properdocs"] == pages["zensical"] == pages["mkdocs"]


GENERATORS = {"properdocs": "mkdocs-P", "zensical": "zensical"}
"""How the name of each begins in the head of a page."""


@pytest.mark.parametrize("renderer", GENERATORS)
def test_mkdocs_yml_says_which_renderer_it_is(renderer: str, project: Path) -> None:
    """An option comes before it."""
    with (project / "mkdocs.yml").open("a", encoding="utf-8") as config:
        config.write(f"extra:\n  renderer: '{renderer}'\n")
    for option, name in (((), GENERATORS[renderer]), (("--renderer", "mkdocs"), "mkdocs")):
        built = run_there(project, "python", "-m", "builder", "build", *option)
        assert built.returncode == 0, built.stderr
        page = (project / "site" / "index.html").read_text("utf-8")
        assert re.findall('<meta name="generator" content="(mkdocs-P|[a-z]+)', page) == [name]


def test_a_renderer_that_is_not_installed_is_named_with_how_to_install_it(project: Path) -> None:
    built = run(project, "build", "--renderer", "zensical")
    assert as_printed(built.stderr) == (
        f"Error: Zensical is not installed: install it with '{sys.executable} -m pip install zensical'\n"
    )
    assert built.returncode == 2
    assert not (project / "site").exists()


def test_only_mkdocs_makes_pages_for_the_cache(project: Path) -> None:
    built = run(project, "build", "--only-cache", "--renderer", "zensical")
    assert as_printed(built.stderr) == (
        "Error: --only-cache is for MkDocs: Zensical makes all pages each time\nHelp: python -m builder build --help\n"
    )
    assert built.returncode == 2


def test_a_page_in_another_language_has_its_menu_and_its_words_by_zensical_too(tmp_path: Path) -> None:
    project = furnish(tmp_path)
    shutil.copytree(SITES / "two-languages" / "summaries", project.summaries)
    built = run_there(tmp_path, "python", "-m", "builder", "build", "--renderer", "zensical")
    assert built.returncode == 0, built.stderr
    page = (project.site / "ru" / "index.html").read_text("utf-8")
    assert '<html lang="ru"' in page
    assert re.findall('class="menu__link"[^>]*>(История|Story)<', page) == ["История"]
    alternates = re.findall('<link rel="alternate" hreflang="([^"]*)"', page)
    assert alternates[:3] == ["en-GB", "x-default", "ru"]
    missing = text_of((project.site / "404.html").read_bytes())
    assert {"Page not found", "صفحه پیدا نشد"} <= set(missing)
