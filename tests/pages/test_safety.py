"""Nothing an editor types can break a page: it shows as typed, and the structure of the page stays the same.

Each text of tests/payloads.yml is put into the mini-explainer `every-field`. The pages are compared with those for a
harmless word: they must have the same elements and attributes, and the payload in place of the word.
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
from jinja2 import FileSystemBytecodeCache
from outline import ShownPage, assert_nothing_live, assert_same, collapsed, shown
from playwright.sync_api import Browser, Dialog, Page
from poisoning import (
    PAYLOADS,
    TRANSLATED,
    WORD,
    Step,
    across_fields,
    assembled,
    between_terms,
    everywhere,
    in_translations,
    lay_out,
    loaded,
    plain,
    put,
    restorer,
    stand_in,
    with_phrases,
)

from builder.assembly import assemble
from builder.explainer.views import timeline
from builder.pages.templating import environment
from builder.problems import SummaryError
from builder.project import Project
from builder.records.loading import load
from builder.records.models.claims import Claim
from builder.records.models.fields import ID_PATTERN
from builder.records.models.kinds import RECORDS
from builder.records.models.record import Record
from builder.records.models.removed import Removed
from builder.records.models.shapes import Shape
from builder.site.build import build

GROUP = 24
"""How many payloads are tested on the same pages."""

Baseline = Callable[[str], dict[str, ShownPage]]


@pytest.fixture(scope="module", autouse=True)
def _templates_compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Compiling the templates takes longer than everything else."""
    cache = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("compiled")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(environment, "bytecode_cache", lambda *files: cache)
        yield


@pytest.fixture(scope="module", autouse=True)
def _nothing_is_told_together() -> Iterator[None]:
    """Which events the timeline tells together depends on their words, which differ here on purpose."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timeline, "_say_the_same", lambda *_: False)
        yield


def test_every_field_of_every_shape_is_filled_in_every_field() -> None:
    summaries, translated = loaded(), load(TRANSLATED)
    of_files = (summaries.settings, summaries.removals, *summaries.records.values(), *summaries.claims.values())
    translations = (each for files in translated.translations.values() for each in files.values())
    shapes = list(shapes_in(*of_files, translated.settings, *translations))
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
    """Yield the shapes that editors write, without those that are only base classes."""
    for below in kind.__subclasses__():
        if below.__name__ not in ("Record", "Titled", "Grounded"):
            yield below
        yield from kinds_of(below)


def test_the_mini_explainer_has_no_warnings(tmp_path: Path) -> None:
    assert assembled(plain(), tmp_path).warnings == ()


def test_there_are_enough_different_payloads() -> None:
    assert len(PAYLOADS) >= 150
    assert len(set(PAYLOADS.values())) == len(PAYLOADS)
    assert not any(WORD in payload for payload in PAYLOADS.values())


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_text_shows_as_typed_in_every_field(name: str, tmp_path: Path, baseline_pages: Baseline) -> None:
    payload = PAYLOADS[name]
    found = shown(assembled(everywhere(payload), tmp_path).pages)
    assert_same(found, baseline_pages(stand_in(payload)), restorer({"": payload}))


@pytest.fixture(scope="module")
def baseline_pages(tmp_path_factory: pytest.TempPathFactory) -> Baseline:
    """The pages with a harmless text in every field, rendered once for each text."""

    @functools.cache
    def render(text: str) -> dict[str, ShownPage]:
        pages = shown(assembled(everywhere(text), tmp_path_factory.mktemp("baseline")).pages)
        assert sum(page.text.count(WORD) for page in pages.values()) > 400
        for path, page in pages.items():
            assert_nothing_live(page, path)
        return pages

    return render


def groups(payloads: dict[str, str]) -> list[dict[str, str]]:
    """Split the payloads into groups, with their numbers as keys."""
    numbered = {str(index): payload for index, payload in enumerate(payloads.values())}
    return [dict(itertools.islice(numbered.items(), start, start + GROUP)) for start in range(0, len(numbered), GROUP)]


@pytest.mark.parametrize("group", groups(PAYLOADS), ids=lambda group: f"from-{min(map(int, group))}")
def test_a_text_shows_as_typed_between_explained_words(group: dict[str, str], tmp_path: Path) -> None:
    baseline = shown(
        assembled(
            between_terms([stand_in(payload, mark) for mark, payload in group.items()]), tmp_path / "baseline"
        ).pages
    )
    found = shown(assembled(between_terms(list(group.values())), tmp_path / "found").pages)
    assert sum(len(page.explanations) for page in baseline.values()) >= 15
    assert_same(found, baseline, restorer(group))


@pytest.mark.parametrize("group", groups(PAYLOADS), ids=lambda group: f"from-{min(map(int, group))}")
def test_a_translation_shows_as_typed(group: dict[str, str], tmp_path: Path) -> None:
    words = [stand_in(payload, mark) for mark, payload in group.items()]
    baseline = shown(assembled(in_translations(words), tmp_path / "baseline").pages)
    found = shown(assembled(in_translations(list(group.values())), tmp_path / "found").pages)
    in_others = [page.text for path, page in baseline.items() if path.startswith(("ru/", "fa/"))]
    assert sum(text.count(WORD) for text in in_others) >= 20
    assert_same(found, baseline, restorer(group))


BRACED = {name: payload for name, payload in PAYLOADS.items() if set(payload) & set("{}")}
LINES = {name: collapsed(payload) for name, payload in PAYLOADS.items() if name not in BRACED}


@pytest.mark.parametrize("group", groups(LINES), ids=lambda group: f"from-{min(map(int, group))}")
def test_changed_site_phrases_show_as_typed(group: dict[str, str], tmp_path: Path) -> None:
    words = [stand_in(payload, mark) for mark, payload in group.items()]
    baseline = shown(assembled(with_phrases(words), tmp_path / "baseline").pages)
    found = shown(assembled(with_phrases(list(group.values())), tmp_path / "found").pages)
    assert_same(found, baseline, restorer(group))


@pytest.mark.parametrize("name", BRACED)
def test_a_brace_in_a_site_phrase_starts_a_gap_or_is_doubled(name: str, tmp_path: Path) -> None:
    phrase = collapsed(BRACED[name])
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
        ('parties/"><script>alert(1)<.yml', "'\"><script>alert(1)<' is not an id: use lower-case letters a to z"),
        ("parties/{{ 7*7 }}.yml", "'{{ 7*7 }}' is not an id: use lower-case letters a to z"),
        ("parties/a_b_c.yml", "'a_b_c' is not an id: use lower-case letters a to z"),
        ("parties/a..b.yml", "'a..b' is not an id: use lower-case letters a to z"),
        ("parties/a--b.yml", "'a--b' is not an id: use lower-case letters a to z"),
        ("parties/кim.yml", "'кim' is not an id: use lower-case letters a to z"),
        ("parties/index.yml", "the id 'index' is reserved for the site itself"),
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
def test_fields_that_are_not_text_refuse_markup(
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
def test_a_language_code_refuses_markup(text: str, tmp_path: Path) -> None:
    files = plain()
    files["parties/kim-jong-un.yml"]["native"] = {f"ko{text}": "김정은"}
    with pytest.raises(SummaryError) as caught:
        assembled(files, tmp_path)
    assert [problem.rule for problem in caught.value.problems] == ["bad-language"]


@pytest.mark.parametrize("language", ["en.<script>", "en@<script>", "en.x/../../../summaries/x", "en_GB.x", "../en"])
def test_an_almost_valid_language_is_refused(language: str, tmp_path: Path) -> None:
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
    baseline = shown(assembled(files, tmp_path / "baseline").pages)["index.md"]
    put(files, "sources.yml", ("sources", 1, "URL"), typed)
    put(files, "explainer.yml", ("contact",), typed)
    home = shown(assembled(files, tmp_path / "found").pages)["index.md"]
    replaced = dict.fromkeys(("https://tass.com/politics/1055192/amp", "mailto:editors@example.org"), address)
    assert home.outline == baseline.mapped(lambda text: replaced.get(text, text))
    assert address in [tag.attributes.get("href") for tag in home.tags]


@pytest.mark.parametrize("space", ["\u00a0", "\u2003", "\u3000", "\u2028"])
def test_an_address_with_a_space_of_any_kind_is_refused(space: str, tmp_path: Path) -> None:
    files = plain()
    put(files, "sources.yml", ("sources", 1, "URL"), f"https://example.org/a{space}b")
    with pytest.raises(SummaryError):
        assembled(files, tmp_path)


def own_ids(page: ShownPage) -> set[str]:
    """Return the ids on a page that a record could have, but no record of the mini-explainer has."""
    ids = {tag.attributes["id"] for tag in page.tags if "id" in tag.attributes}
    claims = [claim for claims in loaded().claims.values() for claim in claims.claims]
    named: list[Record | Claim | Removed] = [*loaded().records.values(), *claims, *loaded().removals.removed]
    taken = {id.rpartition("#")[2] for each in named for id in (each.id, *each.renamed_from)}
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
def test_the_id_of_a_record_never_collides_with_an_anchor_of_its_page(
    page: str, file: str, path: tuple[Step, ...], tmp_path: Path
) -> None:
    """Such an id may be refused. If it is accepted, no page has it twice."""
    own = own_ids(shown(assembled(plain(), tmp_path / "baseline").pages)[page])
    assert bool(own) == page.startswith("moments/"), (
        "pages with records as anchors have no other anchors that could be ids"
    )
    twice: list[str] = []
    for id in sorted(own):
        files = plain()
        if path:
            put(files, file, path, id)
        else:
            files[f"visits/{id}.yml"] = files.pop(file)
        if file == "sources.yml":
            files = {name: with_another_citation(value, "tass-1055192", id) for name, value in files.items()}
        with suppress(SummaryError):
            for where, found in shown(assembled(files, tmp_path / id).pages).items():
                ids = [tag.attributes["id"] for tag in found.tags if "id" in tag.attributes]
                twice += [f"{where}: {id}" for id in ids if ids.count(id) > 1]
    assert twice == []


def with_another_citation(value: Any, old: str, new: str) -> Any:
    """Return summaries with every citation of a source changed to another source."""
    if isinstance(value, dict):
        return {key: with_another_citation(inner, old, new) for key, inner in value.items()}
    if isinstance(value, list):
        return [with_another_citation(inner, old, new) for inner in value]
    return re.sub(rf"^{old}(?= |$)", new, value)


@pytest.mark.parametrize(
    "term",
    [
        *("wzxhzdk", "klzzwxh", "hzzhzkh", "amp", "0", "1", "2", "12", "34", "58", "1718"),
        *("span", "div", "markdown", "class", "anchor", "source", "popover", "md", "href", "page_title"),
    ],
)
def test_a_term_is_explained_without_harm_to_the_page(term: str, tmp_path: Path) -> None:
    """Markdown's internal placeholders are in the text while it looks for abbreviations."""
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
    baseline = shown(assembled(files, tmp_path / "baseline").pages)
    put(files, "terms.yml", ("terms", 0, "term"), term)
    found = shown(assembled(files, tmp_path / "found").pages)
    for path, page in found.items():
        assert_nothing_live(page, path)
        assert page.outline == baseline[path].mapped(lambda text: text.replace(WORD, term)), path


@pytest.mark.parametrize("text", ["\u2800", "\u3164", "\u00ad", "\u034f", "\u115f\u1160", "\uffa0 \u2800"])
def test_an_invisible_name_is_refused(text: str, tmp_path: Path) -> None:
    """A link with that name would be invisible."""
    files = plain()
    put(files, "parties/fefu.yml", ("name",), text)
    with pytest.raises(SummaryError):
        assembled(files, tmp_path)


def test_prose_may_be_as_long_as_its_limit_and_no_longer(tmp_path: Path) -> None:
    """Markdown's time grows with the square of the length of some texts."""
    files = plain()
    put(files, "parties/fefu.yml", ("summary",), "a " * 9_999 + "bc")
    lay_out(files, tmp_path / "most" / "summaries")
    load(tmp_path / "most" / "summaries")
    put(files, "parties/fefu.yml", ("summary",), "a " * 9_999 + "bcd")
    lay_out(files, tmp_path / "more" / "summaries")
    with pytest.raises(SummaryError, match=r"this text has 20,001 characters \(at most 20,000: split or shorten it\)"):
        load(tmp_path / "more" / "summaries")


def test_a_date_without_a_start_is_in_the_timeline_at_its_end(tmp_path: Path) -> None:
    files = plain()
    put(files, "visits/kim-moscow-victory-day.yml", ("date",), "../2015")
    ids = {tag.attributes.get("id") for tag in shown(assembled(files, tmp_path).pages)["timeline/index.md"].tags}
    assert "year-2015" in ids
    assert "year-1" not in ids


def test_an_explanation_shows_links_as_plain_text(tmp_path: Path) -> None:
    files = plain()
    put(files, "terms.yml", ("terms", 0, "definition"), "What [[dprk]] calls [[kim-jong-un|its leader]]’s state.")
    put(files, "explainer.yml", ("question",), "Is it the DPRK?")
    home = shown(assembled(files, tmp_path).pages)["index.md"]
    assert home.explanations == {"What North Korea calls its leader’s state."}


def test_a_forecast_has_its_links(tmp_path: Path) -> None:
    page = shown(assembled(plain(), tmp_path).pages)["forecasts.md"]
    assert "The visit may give" in page.text
    assert "parties/russia.md" in [tag.attributes.get("href") for tag in page.tags]
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
def test_a_summary_that_is_a_yaml_bomb_is_refused(bomb: str, tmp_path: Path) -> None:
    files = plain() | {"stages/bilateral-talks.yml": bomb}
    with pytest.raises(SummaryError) as caught:
        assembled(files, tmp_path)
    assert {problem.location.path for problem in caught.value.problems} == {"summaries/stages/bilateral-talks.yml"}


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A built site with a payload in every field, and each payload in a title once."""
    project = furnish(tmp_path_factory.mktemp("poisoned"))
    lay_out(across_fields(titled), project.summaries)
    build(project)
    return project


def titled(index: int, payload: str) -> str:
    """Return a title with a payload and a unique word to search for."""
    return f"{collapsed(payload)} {WORD}{index:03}"


@contextmanager
def quiet_tab(project: Project, browser: Browser) -> Iterator[tuple[Page, str]]:
    """Open a tab on the site. At the end, check that no dialog, error or request to another host happened."""
    noise: list[str] = []
    with served(project.site, SITE_BASE) as address, browser.new_context() as context:
        tab = context.new_page()

        def dismiss(dialog: Dialog) -> None:
            noise.append(f"dialog: {dialog.message}")
            dialog.dismiss()

        tab.on("dialog", dismiss)
        tab.on("pageerror", lambda error: noise.append(f"error: {error}"))
        tab.on("console", lambda message: noise.extend([f"console: {message.text}"] if message.type == "error" else []))
        tab.on("request", lambda sent: noise.extend([] if sent.url.startswith(address) else [f"request: {sent.url}"]))
        context.route(lambda url: not url.startswith(address), lambda route: route.abort())
        yield tab, address
    assert noise == []


SITE_BASE = "/"


def test_a_poisoned_site_causes_no_dialog_error_or_outside_request(poisoned: Project, browser: Browser) -> None:
    with quiet_tab(poisoned, browser) as (tab, address):
        for page in assemble(poisoned).pages:
            if "moved" in page.meta:
                continue  # it sends the browser to another page
            tab.goto(address + page.path.removesuffix(".md").removesuffix("index"), wait_until="load")
            title = collapsed(unescape(str(page.meta["title"])))
            heading = collapsed(unescape(str(page.meta.get("question", page.meta["title"]))))  # home has its question
            assert tab.title() == (SITE_NAME if page.path == "index.md" else f"{title} – {SITE_NAME}"), page.path
            name = tab.locator("h1, h1 ~ .name").last  # below the headline, if there is one
            assert collapsed(name.text_content() or "") == heading, page.path
            described = tab.locator("meta[name=description]").get_attribute("content")
            assert described == unescape(str(page.meta["description"])), page.path


def test_a_search_shows_poisoned_titles_as_typed(poisoned: Project, browser: Browser) -> None:
    found: dict[str, str] = {}
    with quiet_tab(poisoned, browser) as (tab, address):
        tab.goto(address)
        tab.locator(".md-search__input").click()
        for index, name in enumerate(PAYLOADS):
            tab.locator(".md-search__input").fill(f"{WORD}{index:03}")
            tab.locator(".md-search__input").press("Shift")  # the search reacts to key presses
            result = tab.locator(f".md-search-result__link[href*='parties/payload-{name}/'] h1").first
            result.wait_for(state="attached", timeout=10_000)
            found[name] = collapsed(result.text_content() or "")
    assert found == {
        name: f"Organisation {titled(index, payload)}" for index, (name, payload) in enumerate(PAYLOADS.items())
    }


def test_the_link_to_an_archived_copy_says_of_which_source(tmp_path: Path) -> None:
    """Even if the title has marks that mean something in Markdown and HTML."""
    title = """The "deal" <i>{: #x }</i> & *more* | [a](b)"""
    project = furnish(tmp_path)
    files = plain()
    (named,) = (source for source in files["sources.yml"]["sources"] if source["id"] == "tass-1055192")
    named["title"] = title
    lay_out(files, project.summaries)
    page = (build(project).site / "index.html").read_text("utf-8")
    links = {unescape(label) for label in re.findall(r'<a [^>]*aria-label="([^"]+)"[^>]*>archived copy</a>', page)}
    assert links == {f"archived copy of “{title}”"}
