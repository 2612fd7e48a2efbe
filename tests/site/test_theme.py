"""What the theme adds to every page: a card for link previews, the version to cite, a notice on an old explainer."""

from __future__ import annotations

import html
import json
import re
import shutil
import struct
from pathlib import Path

import pytest
from conftest import served
from golden import SITE_NAME, SITES, furnish
from playwright.sync_api import Browser

from builder.site.build import build

COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPOSITORY = "https://github.com/explainers/explainer"
VISIT = "visits/kim-putin-vladivostok/index.html"


def built(root: Path) -> Path:
    project = furnish(root)
    shutil.copytree(SITES / "every-field" / "summaries", project.summaries)
    return build(project).site


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site built without a known commit."""
    return built(tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def versioned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same site, built from a commit."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GITHUB_SHA", COMMIT)
        return built(tmp_path_factory.mktemp("versioned"))


def test_every_page_has_a_card_for_previews(plain: Path) -> None:
    head = (plain / VISIT).read_text("utf-8").partition("</head>")[0]
    found = dict(re.findall(r'<meta (?:property|name)="((?:og:image|twitter)[^"]*)" content="([^"]*)">', head))
    assert found == {
        "og:image": "http://127.0.0.1:8000/assets/card.png",
        "og:image:type": "image/png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": SITE_NAME,
        "twitter:card": "summary_large_image",
    }
    card = (plain / "assets" / "card.png").read_bytes()
    assert struct.unpack(">II", card[16:24]) == (1200, 630)
    assert len(card) < 50_000


def test_a_page_built_from_a_commit_links_to_it_and_to_its_data(versioned: Path) -> None:
    text = (versioned / VISIT).read_text("utf-8")
    version = f'Version <a href="{REPOSITORY}/tree/{COMMIT}">0123456789ab</a>'
    assert f"</span> {version}.</p>" in text
    data = f"{REPOSITORY}/blob/{COMMIT}/summaries/visits/kim-putin-vladivostok.yml"
    assert f'<p class="asof">{version} · <a href="{data}">Data in this version</a></p>' in text
    assert f'<p class="asof">{version}</p>' in (versioned / "about" / "index.html").read_text("utf-8")
    assert f'href="{REPOSITORY}/blob/{COMMIT}/summaries"' in (versioned / "meetings" / "index.html").read_text("utf-8")


def test_citations_for_programs_name_the_commit(plain: Path, versioned: Path) -> None:
    """Each page's BibTeX and CSL-JSON have the whole commit, and no other difference."""
    for page in versioned.rglob("*.html"):
        before, after = (_cited(root / page.relative_to(versioned)) for root in (plain, versioned))
        assert [kind for kind, _ in after] == [kind for kind, _ in before]
        for (kind, old), (_, new) in zip(before, after, strict=True):
            if kind == "csl":
                assert json.loads(new) == [json.loads(old)[0] | {"version": COMMIT}]
            else:
                assert new == old.removesuffix("}") + f"  version = {{{COMMIT}}},\n}}"
    assert len(_cited(versioned / VISIT)) == 2


def _cited(page: Path) -> list[tuple[str, str]]:
    found = re.findall(r'<pre class="(bibtex|csl)"><code>(.*?)</code>', page.read_text("utf-8"), re.DOTALL)
    return [(kind, html.unescape(text)) for kind, text in found]


def test_without_a_known_commit_no_version_is_shown(plain: Path) -> None:
    for page in plain.rglob("*.html"):
        text = page.read_text("utf-8")
        assert 'class="version"' not in text
        assert "Version" not in re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL), page


def test_a_commit_changes_no_file_in_docs(plain: Path, versioned: Path) -> None:
    before, after = (
        {file.relative_to(docs): file.read_bytes() for file in docs.rglob("*") if file.is_file()}
        for docs in (plain.parent / "docs", versioned.parent / "docs")
    )
    assert before == after


@pytest.mark.parametrize("path", ["", "visits/kim-putin-vladivostok/", "about/", "nothing-is-here/"])
@pytest.mark.parametrize(("today", "shown"), [("2020-06-30", False), ("2020-07-01", True)])
def test_every_page_says_when_the_explainer_is_old(
    path: str, today: str, shown: bool, plain: Path, browser: Browser
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.clock.set_fixed_time(f"{today}T12:00:00Z")
    with served(plain) as address:
        page.goto(address + path)
        notice = page.get_by_role("note")
        assert notice.is_visible() is shown
        assert not shown or notice.inner_text() == (
            "This explainer covers events up to 31 December 2019. A review was due on 30 June 2020."
        )
    context.close()


def test_a_page_written_by_hand_has_breadcrumbs(site: Path) -> None:
    end = '<span aria-hidden="true">›</span> '
    home = f'<nav class="crumbs" aria-label="You are here"><a href="{{}}">Home</a> {end}'
    about = (site / "about" / "index.html").read_text("utf-8")
    assert home.format("..") + '<span aria-current="page">About</span></nav>' in about
    rules = (site / "handbook" / "rules" / "index.html").read_text("utf-8")
    handbook = f'<a href="../">The editor’s handbook</a> {end}'
    assert home.format("../..") + handbook + '<span aria-current="page">What each rule means</span></nav>' in rules
    assert 'class="crumbs"' not in (site / "index.html").read_text("utf-8")
    for page in site.rglob("index.html"):
        assert page.read_text("utf-8").count('class="crumbs"') == (page.parent != site), page


def test_without_javascript_the_day_is_shown_below_the_page(plain: Path, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    with served(plain) as address:
        for path in ("", "about/"):
            page.goto(address + path)
            assert page.get_by_role("note").is_hidden()
            assert page.locator(".asof").first.inner_text().startswith("As of 31 December 2019")
    context.close()


def test_an_explainer_without_a_review_date_has_no_notice(tmp_path: Path) -> None:
    project = furnish(tmp_path)
    shutil.copytree(SITES / "every-field" / "summaries", project.summaries)
    settings = project.summaries / "explainer.yml"
    settings.write_text(re.sub(r"review_after: .*\n", "", settings.read_text("utf-8")), "utf-8")
    assert 'class="past"' not in (build(project).site / "index.html").read_text("utf-8")


OLD = {
    "visits/kim-parade": "visits/kim-moscow-victory-day",
    "visits/kim-moscow-2015": "visits/kim-moscow-victory-day",
    "parties/president-putin": "parties/vladimir-putin",
    "moments/eve-of-the-summit": "moments/eve-of-vladivostok",
    "claims/valdai-paper": "claims/toloraya-2019",
    "stages/stage-one": "stages/freeze",
    "projects/tkr": "projects/trans-korean-railway",
    "constraints/resolution-2375": "constraints/unsc-2375",
}
"""The old addresses in the mini-explainer, and those they lead to."""

GONE = ("visits/putin-return", "visits/putin-pyongyang", "moments/eve-of-hanoi", "maps/routes")


@pytest.mark.parametrize(("old", "new"), OLD.items())
def test_a_page_at_an_old_address_leads_to_the_new_one_without_a_script(old: str, new: str, plain: Path) -> None:
    page = (plain / old / "index.html").read_text("utf-8")
    name = new.rpartition("/")[2]
    assert f'<meta http-equiv="refresh" content="0; url=../{name}/">' in page
    assert re.findall(r'<link rel="canonical" href="([^"]*)">', page) == [f"http://127.0.0.1:8000/{new}/"]
    assert '<meta name="robots" content="noindex">' in page
    assert re.search(rf'<p>This page has moved[^<]*<a href="../{name}/">[^<]+</a></p>', page)


def test_a_page_at_an_old_address_keeps_the_place_on_the_page(plain: Path, browser: Browser) -> None:
    with served(plain) as address:
        tab = browser.new_page()
        tab.goto(f"{address}visits/kim-parade/#reasons")
        tab.wait_for_url(f"{address}visits/kim-moscow-victory-day/#reasons")
        tab.close()


def test_a_page_at_the_address_of_something_removed_says_why(plain: Path) -> None:
    for path in GONE[:2]:
        page = (plain / path / "index.html").read_text("utf-8")
        assert '<meta name="robots" content="noindex">' in page
        assert "http-equiv" not in page
        assert "This page was removed on 15 January 2020" in html.unescape(page)
        assert '<a href="../kim-russia-return/">the visit that was planned</a>' in page


def test_old_addresses_are_neither_in_the_menu_nor_in_the_search_nor_in_the_sitemap(plain: Path) -> None:
    sitemap = (plain / "sitemap.xml").read_text("utf-8")
    assert sitemap.startswith("<?xml ")
    listed = re.findall(r"<loc>http://127.0.0.1:8000/(.*?)</loc>", sitemap)
    index = json.loads((plain / "search" / "search_index.json").read_text("utf-8"))
    found = {entry["location"].partition("#")[0] for entry in index["docs"]}
    home = (plain / "index.html").read_text("utf-8")
    assert "visits/kim-moscow-victory-day/" in listed
    assert "visits/kim-moscow-victory-day/" in found
    for path in (*OLD, *GONE):
        assert f"{path}/" not in listed
        assert f"{path}/" not in found
        assert f'href="{path}/"' not in home


def test_old_ids_of_sources_terms_questions_and_claims_are_places_on_their_pages(plain: Path) -> None:
    places = {
        "sources/": "valdai-paper old-paper",
        "glossary/": "dprk-initials track",
        "questions/": "was-it-a-state-visit who-came",
        "claims/toloraya-2019/": "o3 o9",
        "meetings/": "kim-jong-un--president-putin",
    }
    for path, ids in places.items():
        page = (plain / path / "index.html").read_text("utf-8")
        assert [id for id in ids.split() if f'id="{id}"' not in page] == [], path


def test_the_data_of_a_record_stays_at_its_old_address_or_says_that_it_was_removed(plain: Path) -> None:
    now = (plain / "data" / "visits" / "kim-moscow-victory-day.yml").read_bytes()
    assert (plain / "data" / "visits" / "kim-parade.yml").read_bytes() == now
    gone = json.loads((plain / "data" / "visits" / "putin-return.yml").read_text("utf-8"))
    assert (gone["id"], gone["date"], gone["see"]) == ("putin-return", "2020-01-15", "kim-russia-return")
