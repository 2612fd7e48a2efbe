"""Nothing an editor types can break, poison or bend a page: it shows as typed, nothing is live, the shape stays.

Each text of tests/payloads.yml is put into the mini-explainer `every-field`, and the pages are held against those that
a harmless word gives: the same elements with the same attributes, and the payload where the word was.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from conftest import served
from golden import SITE_NAME, furnish
from jinja2 import Environment, FileSystemBytecodeCache
from outline import Shown, assert_nothing_live, assert_same, folded, shown
from playwright.sync_api import Browser, Dialog, Page
from poisoning import (
    PAYLOADS,
    WORD,
    Step,
    amid,
    assembled,
    back,
    everywhere,
    lay_out,
    loaded,
    plain,
    put,
    spread,
    stand_in,
    worded,
)

from builder.assembly import assemble
from builder.pages import rendering
from builder.problems import SummaryError
from builder.project import Project
from builder.records.loading import load
from builder.records.models.fields import ID_PATTERN
from builder.records.models.kinds import RECORDS
from builder.records.models.shapes import Shape
from builder.site.build import build

GROUP = 24
"""Payloads that stand on the same pages, by turns."""

Usual = Callable[[str], dict[str, Shown]]


@pytest.fixture(scope="module", autouse=True)
def _templates_compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Compiling the templates takes longer than all the rest of a page's way."""
    cache = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("compiled")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rendering, "Environment", functools.partial(Environment, bytecode_cache=cache))
        yield


def test_every_field_of_every_shape_is_filled_in_every_field() -> None:
    shapes = list(shapes_in(loaded().settings, *loaded().records.values(), *loaded().claims.values()))
    kinds: set[type[Shape]] = {*RECORDS, *map(type, shapes)}
    filled = {(type(shape), name) for shape in shapes for name in shape.model_fields_set}
    wanted = {(kind, name) for kind in kinds for name in kind.model_fields}
    assert sorted(f"{kind.__name__}.{name}" for kind, name in wanted - filled) == []
    assert {kind.__name__ for kind, _ in wanted} == {kind.__name__ for kind in kinds_of(Shape)}


def shapes_in(*values: object) -> Iterator[Shape]:
    for value in values:
        if isinstance(value, Shape):
            yield value
            yield from shapes_in(*(getattr(value, name) for name in type(value).model_fields))
        elif isinstance(value, tuple):
            yield from shapes_in(*value)


def kinds_of(kind: type[Shape]) -> Iterator[type[Shape]]:
    """The shapes that an editor writes, without those that others are only made from."""
    for below in kind.__subclasses__():
        if below.__name__ not in ("Record", "Titled"):
            yield below
        yield from kinds_of(below)


def test_the_mini_explainer_is_without_fault(tmp_path: Path) -> None:
    assert assembled(plain(), tmp_path).warnings == ()


def test_there_are_payloads() -> None:
    assert len(PAYLOADS) >= 150
    assert len(set(PAYLOADS.values())) == len(PAYLOADS)
    assert not any(WORD in payload for payload in PAYLOADS.values())


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_text_shows_as_typed_in_every_field(name: str, tmp_path: Path, usual_pages: Usual) -> None:
    payload = PAYLOADS[name]
    found = shown(assembled(everywhere(payload), tmp_path).pages)
    assert_same(found, usual_pages(stand_in(payload)), back({"": payload}))


@pytest.fixture(scope="module")
def usual_pages(tmp_path_factory: pytest.TempPathFactory) -> Usual:
    """The pages with a harmless text everywhere, made once for each text."""

    @functools.cache
    def made(text: str) -> dict[str, Shown]:
        pages = shown(assembled(everywhere(text), tmp_path_factory.mktemp("usual")).pages)
        assert sum(page.text.count(WORD) for page in pages.values()) > 400
        for path, page in pages.items():
            assert_nothing_live(page, path)
        return pages

    return made


def groups(payloads: dict[str, str]) -> list[dict[str, str]]:
    """Payloads by their number, in groups."""
    numbered = {str(index): payload for index, payload in enumerate(payloads.values())}
    return [dict(itertools.islice(numbered.items(), start, start + GROUP)) for start in range(0, len(numbered), GROUP)]


@pytest.mark.parametrize("group", groups(PAYLOADS), ids=lambda group: f"from-{min(map(int, group))}")
def test_a_text_shows_as_typed_between_explained_words(group: dict[str, str], tmp_path: Path) -> None:
    usual = shown(
        assembled(amid([stand_in(payload, mark) for mark, payload in group.items()]), tmp_path / "usual").pages
    )
    found = shown(assembled(amid(list(group.values())), tmp_path / "found").pages)
    assert sum(len(page.explanations) for page in usual.values()) >= 15
    assert_same(found, usual, back(group))


BRACED = {name: payload for name, payload in PAYLOADS.items() if set(payload) & set("{}")}
LINES = {name: folded(payload) for name, payload in PAYLOADS.items() if name not in BRACED}


@pytest.mark.parametrize("group", groups(LINES), ids=lambda group: f"from-{min(map(int, group))}")
def test_the_sites_own_words_said_otherwise_show_as_typed(group: dict[str, str], tmp_path: Path) -> None:
    words = [stand_in(payload, mark) for mark, payload in group.items()]
    usual = shown(assembled(worded(words), tmp_path / "usual").pages)
    found = shown(assembled(worded(list(group.values())), tmp_path / "found").pages)
    assert_same(found, usual, back(group))


@pytest.mark.parametrize("name", BRACED)
def test_a_brace_in_the_sites_own_words_is_a_gap_or_doubled(name: str, tmp_path: Path) -> None:
    phrase = folded(BRACED[name])
    files = plain()
    files["explainer.yml"]["words"] = {"kinds.visits-index": phrase}
    if re.search(r"(?<!\{)(\{\{)*\{(?!\{)", phrase):
        with pytest.raises(SummaryError) as caught:
            assembled(files, tmp_path)
        assert [problem.rule for problem in caught.value.problems] == ["bad-gap"]
    else:
        page = shown(assembled(files, tmp_path).pages)["visits/index.md"]
        assert page.title == phrase.replace("{{", "{").replace("}}", "}")


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ('parties/"><script>alert(1)<.yml', "'\"><script>alert(1)<' is no id: lower-case letters a to z"),
        ("parties/{{ 7*7 }}.yml", "'{{ 7*7 }}' is no id: lower-case letters a to z"),
        ("parties/a_b_c.yml", "'a_b_c' is no id: lower-case letters a to z"),
        ("parties/a..b.yml", "'a..b' is no id: lower-case letters a to z"),
        ("parties/a--b.yml", "'a--b' is no id: lower-case letters a to z"),
        ("parties/кim.yml", "'кim' is no id: lower-case letters a to z"),
        ("parties/index.yml", "the id 'index' is kept for the site itself"),
        ("parties/<b>/x.yml", "unknown folder 'parties/<b>'"),
    ],
)
def test_a_file_name_never_becomes_markup(file: str, found: str, tmp_path: Path) -> None:
    files = plain()
    files[file] = {"name": "X", "kind": "state"}
    with pytest.raises(SummaryError) as caught:
        assembled(files, tmp_path)
    assert [problem.location.path for problem in caught.value.problems] == [f"summaries/{file}"]
    assert found in str(caught.value)


HOSTILE = (
    'x" onclick="alert(1)',
    "<script>",
    "x)",
    "](javascript:alert(1))",
    "x }",
    "{{ 7*7 }}",
    "x y",
    "&#60;",
    "../x",
)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    ("file", "path", "start"),
    [
        ("terms.yml", ("terms", 0, "id"), "dprk"),
        ("sources.yml", ("sources", 0, "id"), "toloraya"),
        ("claims/toloraya-2019.yml", ("claims", 0, "id"), "f1"),
        ("explainer.yml", ("moments", 0, "id"), "eve"),
        ("explainer.yml", ("sources", 0), "tass-954672"),
        ("explainer.yml", ("as_of",), "2019-12-31"),
        ("explainer.yml", ("contact",), "mailto:editors@example.org"),
        ("explainer.yml", ("language",), "en"),
        ("visits/kim-putin-vladivostok.yml", ("date",), "2019"),
        ("visits/kim-putin-vladivostok.yml", ("parties", 0), "kim-jong-un"),
        ("visits/kim-putin-vladivostok.yml", ("level",), "leaders"),
        ("visits/kim-moscow-victory-day.yml", ("status",), "held"),
        ("stages/freeze.yml", ("order",), "1"),
        ("parties/kim-jong-un.yml", ("kind",), "person"),
        ("places.yml", ("places", 1, "lat"), "4"),
        ("sources.yml", ("sources", 1, "URL"), "https://tass.com:x@"),
        ("sources.yml", ("sources", 1, "archive"), "javascript:"),
        ("sources.yml", ("sources", 1, "standing"), "official"),
    ],
    ids=lambda value: ".".join(map(str, value)) if isinstance(value, tuple) else value,
)
def test_what_is_no_text_takes_no_markup(
    file: str, path: tuple[Step, ...], start: str, text: str, tmp_path: Path
) -> None:
    files = plain()
    put(files, file, path, start + text)
    if path == ("sources", 0) and text.startswith("x"):
        put(files, file, path, f"x{text}")
    with pytest.raises(SummaryError) as caught:
        assembled(files, tmp_path)
    assert f"summaries/{file}" in {problem.location.path for problem in caught.value.problems}


@pytest.mark.parametrize("text", HOSTILE)
def test_a_language_code_takes_no_markup(text: str, tmp_path: Path) -> None:
    files = plain()
    files["parties/kim-jong-un.yml"]["native"] = {f"ko{text}": "김정은"}
    with pytest.raises(SummaryError) as caught:
        assembled(files, tmp_path)
    assert [problem.rule for problem in caught.value.problems] == ["bad-language"]


@pytest.mark.parametrize("language", ["en.<script>", "en@<script>", "en.x/../../../summaries/x", "en_GB.x", "../en"])
def test_a_language_that_is_only_nearly_one_is_refused(language: str, tmp_path: Path) -> None:
    files = plain()
    files["explainer.yml"]["language"] = language
    with pytest.raises(SummaryError) as caught:
        assembled(files, tmp_path)
    assert [problem.rule for problem in caught.value.problems] == ["bad-language"]


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("https://example.org", "https://example.org/"),
        ("HTTPS://Example.ORG:443/A(b)_c_*d*", "https://example.org/A%28b%29_c_%2Ad%2A"),
        ("https://example.org/a__b__c/~x~/==y==/++z++/$1$", "https://example.org/a__b__c/~x~/==y==/++z++/$1$"),
        ("https://example.org/?a=1&copy=2&lt=3&amp=4", "https://example.org/?a=1&copy=2&lt=3&amp=4"),
        ("https://example.org/?q=:smile:&x=@y#/a/[b](c)", "https://example.org/?q=:smile:&x=@y#/a/%5Bb%5D%28c%29"),
        ("https://[2001:db8::1]:8080/x", "https://[2001:db8::1]:8080/x"),
        ("https://пример.рф/путь", "https://пример.рф/путь"),
        ("https://example.org/%3Cscript%3E/%22", "https://example.org/%3Cscript%3E/%22"),
        ("https://example.org/wzxhzdk:0/--8--", "https://example.org/wzxhzdk:0/--8--"),
    ],
)
def test_an_address_stays_one_link(typed: str, address: str, tmp_path: Path) -> None:
    files = plain()
    usual = shown(assembled(files, tmp_path / "usual").pages)["index.md"]
    put(files, "sources.yml", ("sources", 1, "URL"), typed)
    put(files, "explainer.yml", ("contact",), typed)
    home = shown(assembled(files, tmp_path / "found").pages)["index.md"]
    replaced = dict.fromkeys(("https://tass.com/politics/1055192/amp", "mailto:editors@example.org"), address)
    assert home.outline == usual.changed(lambda text: replaced.get(text, text))
    assert address in [tag.attributes.get("href") for tag in home.tags]


@pytest.mark.parametrize("space", ["\u00a0", "\u2003", "\u3000", "\u2028"])
def test_an_address_with_a_space_of_any_kind_is_refused(space: str, tmp_path: Path) -> None:
    files = plain()
    put(files, "sources.yml", ("sources", 1, "URL"), f"https://example.org/a{space}b")
    with pytest.raises(SummaryError):
        assembled(files, tmp_path)


def own_ids(page: Shown) -> set[str]:
    """The ids on a page that a record could have too, and none of the mini-explainer has."""
    ids = {tag.attributes["id"] for tag in page.tags if "id" in tag.attributes}
    taken = {*loaded().records, *(claim.id for claims in loaded().claims.values() for claim in claims.claims)}
    return {id for id in ids - taken if re.fullmatch(ID_PATTERN, id)}


@pytest.mark.parametrize(
    ("page", "file", "path"),
    [
        ("glossary.md", "terms.yml", ("terms", 0, "id")),
        ("claims/toloraya-2019.md", "claims/toloraya-2019.yml", ("claims", 0, "id")),
        ("sources/index.md", "sources.yml", ("sources", 1, "id")),
        ("invitations.md", "visits/kim-moscow-victory-day.yml", ()),
        ("moments/eve-of-vladivostok.md", "explainer.yml", ("moments", 0, "id")),
    ],
    ids=["term", "claim", "source", "visit", "moment"],
)
def test_an_id_never_takes_the_place_of_one_of_the_pages_own(
    page: str, file: str, path: tuple[Step, ...], tmp_path: Path
) -> None:
    """Such an id may be refused; where it is not, no page has it twice."""
    own = own_ids(shown(assembled(plain(), tmp_path / "usual").pages)[page])
    assert bool(own) == page.startswith("moments/"), "where records are anchors, no other anchor could be an id"
    twice: list[str] = []
    for id in sorted(own):
        files = plain()
        if path:
            put(files, file, path, id)
        else:
            files[f"visits/{id}.yml"] = files.pop(file)
        if file == "sources.yml":
            files = {name: cites_another(value, "tass-1055192", id) for name, value in files.items()}
        with suppress(SummaryError):
            for where, found in shown(assembled(files, tmp_path / id).pages).items():
                ids = [tag.attributes["id"] for tag in found.tags if "id" in tag.attributes]
                twice += [f"{where}: {id}" for id in ids if ids.count(id) > 1]
    assert twice == []


def cites_another(value: Any, old: str, new: str) -> Any:
    """Summaries in which every citation of a source names another."""
    if isinstance(value, dict):
        return {key: cites_another(inner, old, new) for key, inner in value.items()}
    if isinstance(value, list):
        return [cites_another(inner, old, new) for inner in value]
    return re.sub(rf"^{old}(?= |$)", new, value)


@pytest.mark.parametrize(
    "term",
    [
        *("wzxhzdk", "klzzwxh", "hzzhzkh", "amp", "0", "1", "2", "12", "34", "58", "1718"),
        *("span", "div", "markdown", "class", "anchor", "Footnotes Go Here", "fn", "md", "href", "page_title"),
    ],
)
def test_a_term_is_explained_without_harm_to_the_page(term: str, tmp_path: Path) -> None:
    """Markdown keeps numbered placeholders in a text while it looks for the words to explain."""
    files = plain()
    del files["terms.yml"]["terms"][0]
    put(
        files,
        "explainer.yml",
        ("background", 0, "text"),
        f"It was: {term} & {term} (<b>) [1] {term}! " + "?" * 60 + term,
    )
    put(files, "stages/freeze.yml", ("summary",), f"“{term}” {term}: (a) & [b] <{term}> " + "?" * 60 + term)
    put(files, "terms.yml", ("terms", 0, "term"), WORD)
    usual = shown(assembled(files, tmp_path / "usual").pages)
    put(files, "terms.yml", ("terms", 0, "term"), term)
    found = shown(assembled(files, tmp_path / "found").pages)
    for path, page in found.items():
        assert_nothing_live(page, path)
        assert page.outline == usual[path].changed(lambda text: text.replace(WORD, term)), path


@pytest.mark.parametrize("text", ["\u2800", "\u3164", "\u00ad", "\u034f", "\u115f\u1160", "\uffa0 \u2800"])
def test_a_name_of_which_nothing_can_be_seen_is_refused(text: str, tmp_path: Path) -> None:
    """A link of it would say nothing."""
    files = plain()
    put(files, "parties/fefu.yml", ("name",), text)
    with pytest.raises(SummaryError):
        assembled(files, tmp_path)


def test_prose_is_read_up_to_its_limit(tmp_path: Path) -> None:
    """Markdown takes time that grows with the square of some texts."""
    files = plain()
    put(files, "parties/fefu.yml", ("summary",), "a " * 9_999 + "bc")
    lay_out(files, tmp_path / "most" / "summaries")
    load(tmp_path / "most" / "summaries")
    put(files, "parties/fefu.yml", ("summary",), "a " * 9_999 + "bcd")
    lay_out(files, tmp_path / "more" / "summaries")
    with pytest.raises(SummaryError, match=r"this text has 20,001 characters \(at most 20,000: part or shorten it\)"):
        load(tmp_path / "more" / "summaries")


def test_a_date_without_a_beginning_stands_in_the_timeline_where_it_ends(tmp_path: Path) -> None:
    files = plain()
    put(files, "visits/kim-moscow-victory-day.yml", ("date",), "../2015")
    ids = {tag.attributes.get("id") for tag in shown(assembled(files, tmp_path).pages)["timeline/index.md"].tags}
    assert "year-2015" in ids
    assert "year-1" not in ids


def test_an_explanation_shows_links_as_words(tmp_path: Path) -> None:
    files = plain()
    put(files, "terms.yml", ("terms", 0, "definition"), "What [[dprk]] calls [[kim-jong-un|its leader]]’s state.")
    put(files, "explainer.yml", ("question",), "Is it the DPRK?")
    home = shown(assembled(files, tmp_path).pages)["index.md"]
    assert home.explanations == {"What North Korea calls its leader’s state."}


def test_a_forecast_shows_links_as_words(tmp_path: Path) -> None:
    page = shown(assembled(plain(), tmp_path).pages)["forecasts.md"]
    assert "The visit may give Russia more weight." in page.text
    assert "[[" not in page.text


@pytest.mark.parametrize(
    "bomb",
    [
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nsummary: *c\n",
        "summary: !!python/object/apply:os.system [id]\n",
        "summary: " + "[" * 5000 + "]" * 5000 + "\n",
        "summary: " + "{a: " * 5000 + "}" * 5000 + "\n",
        "parties: [" + "x, " * 20_000 + "x]\n",
        "summary: " + "x" * 200_000 + "\n",
        "? [a, b]\n: x\n",
        "<<: {title: x}\n",
    ],
    ids=["aliases", "tag", "lists", "mappings", "values", "scalar", "key", "merge"],
)
def test_a_summary_that_would_burst_is_refused_where_it_stands(bomb: str, tmp_path: Path) -> None:
    files = plain() | {"stages/bilateral-talks.yml": bomb}
    with pytest.raises(SummaryError) as caught:
        assembled(files, tmp_path)
    assert {problem.location.path for problem in caught.value.problems} == {"summaries/stages/bilateral-talks.yml"}


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The whole repository's way from summaries to a site, a payload in every field and each once in a title."""
    project = furnish(tmp_path_factory.mktemp("poisoned"))
    lay_out(spread(titled), project.summaries)
    build(project)
    return project


def titled(index: int, payload: str) -> str:
    """A title with a payload in it, and a word to search for."""
    return f"{folded(payload)} {WORD}{index:03}"


@contextmanager
def watched(project: Project, browser: Browser) -> Iterator[tuple[Page, str]]:
    """A tab with the site behind it. Afterwards: nothing popped up, failed, complained or asked another host."""
    noise: list[str] = []
    with served(project.site, SITE_BASE) as address, browser.new_context() as context:
        tab = context.new_page()

        def dismiss(dialog: Dialog) -> None:
            noise.append(f"dialog: {dialog.message}")
            dialog.dismiss()

        tab.on("dialog", dismiss)
        tab.on("pageerror", lambda error: noise.append(f"error: {error}"))
        tab.on("console", lambda said: noise.extend([f"console: {said.text}"] if said.type == "error" else []))
        tab.on("request", lambda asked: noise.extend([] if asked.url.startswith(address) else [f"asked: {asked.url}"]))
        context.route(lambda url: not url.startswith(address), lambda route: route.abort())
        yield tab, address
    assert noise == []


SITE_BASE = "/"


def test_a_poisoned_site_is_quiet_in_a_browser(poisoned: Project, browser: Browser) -> None:
    with watched(poisoned, browser) as (tab, address):
        for page in assemble(poisoned).pages:
            tab.goto(address + page.path.removesuffix(".md").removesuffix("index"), wait_until="load")
            title = folded(unescape(str(page.meta["title"])))
            assert tab.title() == (SITE_NAME if page.path == "index.md" else f"{title} – {SITE_NAME}"), page.path
            assert folded(tab.locator("h1").text_content() or "") == title, page.path
            described = tab.locator("meta[name=description]").get_attribute("content")
            assert described == unescape(str(page.meta["description"])), page.path


def test_a_search_shows_poisoned_titles_as_typed(poisoned: Project, browser: Browser) -> None:
    found: dict[str, str] = {}
    with watched(poisoned, browser) as (tab, address):
        tab.goto(address)
        tab.locator(".md-search__input").click()
        for index, name in enumerate(PAYLOADS):
            tab.locator(".md-search__input").fill(f"{WORD}{index:03}")
            tab.locator(".md-search__input").press("Shift")  # it listens for keys
            result = tab.locator(f".md-search-result__link[href*='parties/payload-{name}/'] h1").first
            result.wait_for(state="attached", timeout=10_000)
            found[name] = folded(result.text_content() or "")
    assert found == {name: titled(index, payload) for index, (name, payload) in enumerate(PAYLOADS.items())}
