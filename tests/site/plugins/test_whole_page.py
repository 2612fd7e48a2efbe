"""The explainer on one page: what is on it, and that its ids and links are right."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from builder.site.plugins.whole_page_plugin import on_one_page


@pytest.fixture(scope="module")
def whole(site: Path) -> str:
    return (site / "whole" / "index.html").read_text("utf-8").partition("<article")[2].partition("</article>")[0]


def attributes(html: str, name: str) -> list[str]:
    return re.findall(rf'<[a-z][^<>]* {name}="([^"]*)"', html)


def test_it_has_the_main_pages_and_the_page_of_every_record(site: Path, whole: str) -> None:
    places = re.findall('<section class="gathered-page" id="(.*?)">', whole)
    records = {
        f"{folder}.{page.parent.name}"
        for folder in ("stages", "visits", "projects", "constraints", "parties")
        for page in (site / folder).glob("*/index.html")
        if 'http-equiv="refresh"' not in page.read_text("utf-8")
    }
    assert records <= set(places)
    assert [place for place in places if place not in records and not place.startswith("claims.")] == [
        *("home", "background", "questions", "glossary")
    ]
    in_contents = whole.partition('<section class="gathered-page"')[0]
    assert [link[1:] for link in attributes(in_contents, "href") if link.startswith("#")] == places


def test_ids_are_unique_and_links_between_its_pages_stay_on_it(whole: str) -> None:
    ids = Counter(attributes(whole, "id"))
    assert [id for id, count in ids.items() if count > 1] == []
    links = attributes(whole, "href")
    assert [link for link in links if link.startswith("#") and link[1:] not in ids] == []
    places = set(re.findall('<section class="gathered-page" id="(.*?)">', whole))
    elsewhere = [link for link in links if link.startswith("../")]
    assert [link for link in elsewhere if link[3:].partition("#")[0].strip("/").replace("/", ".") in places] == []


def test_nothing_is_on_it_that_only_a_page_alone_needs(whole: str) -> None:
    assert re.findall("popover|<button|<abbr|pager", whole) == []
    assert whole.count('class="cite"') == 1
    assert len(re.findall("<h1[ >]", whole)) == 1


def test_a_search_and_search_engines_leave_it_out(site: Path) -> None:
    entries = json.loads((site / "search" / "search_index.json").read_text("utf-8"))["docs"]
    (entry,) = (entry for entry in entries if entry["location"].startswith("whole/"))
    assert (
        entry["text"]
        == "This explainer on one page, to print or to keep as a PDF. Its links lead to places on this page."
    )
    assert "whole/" not in (site / "sitemap.xml").read_text("utf-8")
    assert '<meta name="robots" content="noindex">' in (site / "whole" / "index.html").read_text("utf-8")


def test_a_page_is_put_below_the_contents_with_its_sources_by_number() -> None:
    page = (
        '<h1 id="page_title">A</h1>\n<figure aria-labelledby="page_title"></figure>\n'
        '<p>See <a href="../b/#x">b</a>, <a href="../c/?d=1">c</a> and '
        '<a href="https://example.org/">d</a>. <span class="cites" data-search-exclude><button class="srcs"'
        ' popovertarget="cite_1" aria-label="1 source">1 source</button><span> [1]</span></span></p>\n'
        '<details class="sources" id="page_sources"><summary>Sources</summary></details>\n'
        '<section class="source-lists" data-search-exclude>\n<div popover id="cite_1" role="group"><p>1 source</p>\n'
        '<ul>\n<li><a href="https://example.org/s">S</a>, 2019 <a class="standing standing--official"'
        ' href="../../sources/#s">Official</a> <a href="https://example.org/a">archived copy</a></li>\n</ul>\n</div>\n'
        '</section>\n<p class="asof">As of today</p>'
    )
    contents = '<h1 id="page_title">All</h1>\n<a href="../v/a/">A</a>\n<details class="cite">Cite</details>'
    assert on_one_page("whole/", contents, {"v/a/": page, "v/b/": "<p>B</p>"}, "Sources") == (
        '<h1 id="page_title">All</h1>\n<a href="#v.a">A</a>\n\n<section class="gathered-page" id="v.a">\n'
        '<h2 id="v.a.page_title">A</h2>\n<figure aria-labelledby="v.a.page_title"></figure>\n'
        '<p>See <a href="#v.b.x">b</a>, <a href="../v/c/?d=1">c</a> and '
        '<a href="https://example.org/">d</a>. <a class="cited-at" href="#v.a.cite_1">[1]</a></p>\n\n'
        '<p class="gathered-sources">Sources</p>\n<ol class="gathered-sources">\n<li id="v.a.cite_1">'
        '<a href="https://example.org/s">S</a>, 2019 <span class="standing standing--official">Official</span></li>\n'
        '</ol>\n\n</section>\n<section class="gathered-page" id="v.b">\n<p>B</p>\n</section>\n'
        '<details class="cite">Cite</details>'
    )


def test_a_number_in_the_digits_of_the_language_leads_to_the_same_source() -> None:
    page = (
        '<p>A<span class="cites"><button class="srcs" popovertarget="cite_12" aria-label="x">x</button>'
        "<span> [۱۲]</span></span></p>"
    )
    found = on_one_page("whole/", "", {"v/a/": page}, "Sources")
    assert '<p>A <a class="cited-at" href="#v.a.cite_12">[۱۲]</a></p>' in found
