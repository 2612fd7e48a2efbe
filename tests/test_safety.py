"""Nothing an editor types can break, poison or bend a page: it shows as typed, nothing is live, the shape stays.

Each text of tests/payloads.yml is put into every field of the mini-explainer `every-field`, and the pages are held
against those that a harmless word gives: the same elements with the same attributes, and the payload where the word was.
"""

from __future__ import annotations

import copy
import functools
import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import markdown
import pytest
import yaml
from conftest import served
from golden import ROOT, SITES
from mkdocs.config import load_config
from playwright.sync_api import Browser

from builder.assembly import Assembly, Project, assemble
from builder.loading import Summaries, load
from builder.models import RECORDS, Claims, Settings
from builder.problems import SummaryError
from builder.prose import Line
from builder.reading import read
from builder.rendering import Page
from builder.shapes import Shape
from builder.site import build
from builder.walking import citations, texts

SUMMARIES = SITES / "every-field" / "summaries"
PAYLOADS: dict[str, str] = yaml.safe_load((Path(__file__).parent / "payloads.yml").read_text(encoding="utf-8"))
WORD = "Quern"
"""The harmless word: it stands in no file of the project."""

Step = str | int
Files = dict[str, Any]
"""Summaries as plain values, by the path of their file."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place where an editor types text: the file, the way to it, whether it is one line, and what stands there."""

    file: str
    path: tuple[Step, ...]
    one_line: bool
    cites: str = ""
    """The source of a citation, whose locator is the text."""

    def takes(self, payload: str) -> str:
        """The payload as it can be typed here."""
        text = folded(payload) if self.one_line else payload
        return f"{self.cites} {text}".strip()


def test_every_field_of_every_shape_is_filled_in_every_field() -> None:
    shapes = list(shapes_in(loaded()))
    filled = {(type(shape), name) for shape in shapes for name in shape.model_fields_set}
    wanted = {(kind, name) for kind in (*RECORDS, *map(type, shapes)) for name in kind.model_fields}
    assert sorted(f"{kind.__name__}.{name}" for kind, name in wanted - filled) == []
    assert {kind.__name__ for kind, _ in wanted} == {kind.__name__ for kind in all_shapes(Shape)}


def test_the_mini_explainer_is_without_fault(tmp_path: Path) -> None:
    assert assembled(plain(), tmp_path).warnings == ()


def test_there_are_payloads() -> None:
    assert len(PAYLOADS) >= 150
    assert len(set(PAYLOADS.values())) == len(PAYLOADS)
    assert not any(WORD in payload for payload in PAYLOADS.values())


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_text_shows_as_typed_in_every_field(name: str, tmp_path: Path) -> None:
    expected = pages_with(WORD, everywhere)
    found = shown(assembled(everywhere(PAYLOADS[name]), tmp_path).pages)
    assert_same(found, expected, folded(PAYLOADS[name]))


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_text_shows_as_typed_between_explained_words(name: str, tmp_path: Path) -> None:
    expected = pages_with(WORD, amid)
    found = shown(assembled(amid(PAYLOADS[name]), tmp_path).pages)
    assert_same(found, expected, folded(PAYLOADS[name]))


@pytest.mark.parametrize("name", PAYLOADS)
def test_the_sites_own_words_said_otherwise_show_as_typed(name: str, tmp_path: Path) -> None:
    payload = folded(PAYLOADS[name])
    if re.search("[{}]", payload):
        with pytest.raises(SummaryError, match=r"^summaries/explainer\.yml:\d+:\d+: .* \[bad-gap\]$"):
            assembled(said_otherwise(payload), tmp_path)
        return
    found = shown(assembled(said_otherwise(payload), tmp_path).pages)
    assert_same(found, pages_with(WORD, said_otherwise), payload)


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ('parties/"><script>alert(1)<.yml', "'\"><script>alert(1)<' is no id: lower-case letters a to z"),
        ("parties/{{ 7*7 }}.yml", "'{{ 7*7 }}' is no id: lower-case letters a to z"),
        ("parties/a_b_c.yml", "'a_b_c' is no id: lower-case letters a to z"),
        ("parties/..yml.yml", "'..yml' is no id: lower-case letters a to z"),
        ("parties/a--b.yml", "'a--b' is no id: lower-case letters a to z"),
        ("parties/кim.yml", "'кim' is no id: lower-case letters a to z"),
        ("parties/index.yml", "the id 'index' is kept for the site itself"),
        ("parties/<b>/x.yml", "nothing is known of 'parties/<b>/x.yml'"),
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
    "x](javascript:alert(1))",
    "x }",
    "{{ 7*7 }}",
    "x y",
    "&#60;",
    "../x",
    "",
)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    ("file", "path", "start"),
    [
        ("terms.yml", ("terms", 0, "id"), ""),
        ("sources.yml", ("sources", 0, "id"), ""),
        ("claims/toloraya-2019.yml", ("claims", 0, "id"), ""),
        ("explainer.yml", ("moments", 0, "id"), ""),
        ("explainer.yml", ("sources", 0), ""),
        ("explainer.yml", ("as_of",), "2019-12-31"),
        ("explainer.yml", ("contact",), "mailto:editors@example.org"),
        ("explainer.yml", ("language",), "en"),
        ("visits/kim-putin-vladivostok.yml", ("date",), "2019"),
        ("visits/kim-putin-vladivostok.yml", ("parties", 0), ""),
        ("visits/kim-putin-vladivostok.yml", ("level",), "leaders"),
        ("visits/kim-moscow-victory-day.yml", ("status",), "held"),
        ("stages/freeze.yml", ("order",), "1"),
        ("parties/kim-jong-un.yml", ("kind",), "person"),
        ("places.yml", ("places", 1, "lat"), "4"),
        ("sources.yml", ("sources", 1, "URL"), "https://tass.com:x@"),
        ("sources.yml", ("sources", 1, "archive"), "javascript:"),
        ("sources.yml", ("sources", 1, "standing"), "official"),
    ],
    ids=lambda value: ".".join(map(str, value)) if isinstance(value, tuple) else None,
)
def test_what_is_no_text_takes_no_markup(
    file: str, path: tuple[Step, ...], start: str, text: str, tmp_path: Path
) -> None:
    if not text and start:
        pytest.fail("unreachable") if start == text else None
    files = plain()
    put(files[file], path, f"{start}{text}" if text else "\u00a0")
    with pytest.raises(SummaryError) as caught:
        assembled(files, tmp_path)
    assert f"summaries/{file}" in {problem.location.path for problem in caught.value.problems}


@pytest.mark.parametrize("text", HOSTILE)
def test_a_language_code_takes_no_markup(text: str, tmp_path: Path) -> None:
    files = plain()
    files["parties/kim-jong-un.yml"]["native"] = {f"ko{text}" if text else "\u00a0": "김정은"}
    with pytest.raises(SummaryError) as caught:
        assembled(files, tmp_path)
    assert [problem.rule for problem in caught.value.problems] == ["bad-language"]


@pytest.mark.parametrize(
    "language", ["en.<script>", "en@<script>", "en.x/../../../summaries/x", "en_GB.x", "../en", "en\u00a0", "EN-gb-"]
)
def test_a_language_that_is_only_nearly_one_is_refused(language: str, tmp_path: Path) -> None:
    files = plain()
    files["explainer.yml"]["language"] = f"{language}"
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
        ("https://example.org/a\u3000b", "https://example.org/a%E3%80%80b"),
        ("https://example.org//evil.example/--8<--".replace("<", "-"), "https://example.org//evil.example/--8---"),
    ],
)
def test_an_address_stays_one_link(typed: str, address: str, tmp_path: Path) -> None:
    files = plain()
    files["sources.yml"]["sources"][1]["URL"] = typed
    files["explainer.yml"]["contact"] = typed
    made = shown(assembled(files, tmp_path).pages)
    usual = shown(assembled(plain(), tmp_path / "usual").pages)
    home, expected = made["index.md"].outline, usual["index.md"].outline
    assert [tag for tag in home if isinstance(tag, Tag) and tag.attributes.get("href") == address]
    replaced = {"https://tass.com/politics/1055192/amp": address, "mailto:editors@example.org": address}
    assert home == tuple(piece.with_addresses(replaced) if isinstance(piece, Tag) else piece for piece in expected)


@pytest.mark.parametrize(
    ("file", "path", "id"),
    [
        ("terms.yml", ("terms", 0, "id"), "page-title"),
        ("terms.yml", ("terms", 0, "id"), "sources"),
        ("claims/toloraya-2019.yml", ("claims", 0, "id"), "para-1"),
        ("claims/toloraya-2019.yml", ("claims", 0, "id"), "remarks"),
        ("claims/toloraya-2019.yml", ("claims", 0, "id"), "page-title"),
        ("sources.yml", ("sources", 7, "id"), "standing-official"),
        ("sources.yml", ("sources", 7, "id"), "page-title"),
    ],
)
def test_an_id_never_takes_the_place_of_one_of_the_pages_own(
    file: str, path: tuple[Step, ...], id: str, tmp_path: Path
) -> None:
    files = plain()
    put(files[file], path, id)
    if file == "sources.yml":
        files = renamed(files, "kbs-141830", id)
    assert_no_id_twice(assembled(files, tmp_path))


@pytest.mark.parametrize("id", ["page-title", "sources"])
def test_a_visits_id_never_takes_the_place_of_one_of_the_pages_own(id: str, tmp_path: Path) -> None:
    files = plain()
    files[f"visits/{id}.yml"] = files.pop("visits/kim-moscow-victory-day.yml")
    assert_no_id_twice(assembled(files, tmp_path))


TERMS = (
    *("wzxhzdk", "klzzwxh", "hzzhzkh", "amp", "stx", "0", "1", "2", "12", "34", "58", "1718"),
    *("span", "div", "table", "markdown", "class", "anchor", "nav", "Footnotes Go Here", "fn", "md", "href"),
)


@pytest.mark.parametrize("term", TERMS)
def test_a_term_is_explained_without_harm_to_the_page(term: str, tmp_path: Path) -> None:
    """Python-Markdown keeps numbered placeholders with such words in a text while it explains the words in it."""
    files = plain()
    files["terms.yml"]["terms"][1]["term"] = WORD
    files["explainer.yml"]["summary"] = f"It was: {WORD} & {term} (<b>) [1] {term}!"
    files["stages/freeze.yml"]["summary"] = f"“{term}” {term}: (a) & [b] <{term}> {term}"
    expected = shown(assembled(files, tmp_path / "usual").pages)
    files["terms.yml"]["terms"][1]["term"] = term
    found = shown(assembled(files, tmp_path / "term").pages)
    assert_same(found, {path: page.replaced("glossary.md", WORD, term) for path, page in expected.items()}, WORD)


def test_explanations_show_links_as_words(tmp_path: Path) -> None:
    files = plain()
    files["terms.yml"]["terms"][0]["definition"] = "What [[dprk]] calls [[kim-jong-un|its leader]]’s state."
    files["explainer.yml"]["question"] = "Is it the DPRK?"
    [title] = shown(assembled(files, tmp_path).pages)["index.md"].explanations
    assert title == "What North Korea calls its leader’s state."


def test_forecasts_show_links_as_words(tmp_path: Path) -> None:
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
        "summary:\n" + "".join(f"{' ' * depth}- \n" for depth in range(1, 400)),
        "parties: [" + "x, " * 20_000 + "x]\n",
        "summary: " + "x" * 200_000 + "\n",
        "? [a, b]\n: x\n",
        "<<: {title: x}\n",
    ],
    ids=["aliases", "tag", "lists", "mappings", "block", "values", "scalar", "key", "merge"],
)
def test_a_summary_that_would_burst_is_refused_where_it_stands(bomb: str, tmp_path: Path) -> None:
    files = plain()
    with pytest.raises(SummaryError) as caught:
        assembled(files, tmp_path, {"stages/bilateral-talks.yml": bomb})
    assert {problem.location.path for problem in caught.value.problems} == {"summaries/stages/bilateral-talks.yml"}


# ---------------------------------------------------------------------------------------------- in a real browser


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The whole repository's way from summaries to a site, a payload in every field and each once in a title."""
    root = tmp_path_factory.mktemp("poisoned")
    shutil.copy(ROOT / "mkdocs.yml", root)
    for folder in ("templates", "builder"):
        (root / folder).symlink_to(ROOT / folder)
    (root / "docs").mkdir()
    for page in ("about.md", "method.md"):
        shutil.copy(ROOT / "docs" / page, root / "docs")
    lay_out(spread(), root / "summaries")
    project = Project(root=root)
    build(project)
    return project


def test_a_poisoned_site_is_quiet_in_a_browser(poisoned: Project, browser: Browser) -> None:
    pages = {page.path: page for page in assemble(poisoned).pages}
    noise: list[str] = []
    with served(poisoned.site) as address, browser.new_context() as context:
        tab = context.new_page()
        tab.on("dialog", lambda dialog: (noise.append(f"dialog {dialog.message}"), dialog.dismiss()))
        tab.on("pageerror", lambda error: noise.append(f"error {error}"))
        tab.on("console", lambda said: noise.append(f"console {said.text}") if said.type == "error" else None)
        tab.on("request", lambda asked: noise.append(asked.url) if not asked.url.startswith(address) else None)
        context.route(lambda url: not url.startswith(address), lambda route: route.abort())
        for path, page in pages.items():
            tab.goto(address + path.removesuffix("index.md").removesuffix(".md"), wait_until="load")
            title = folded(unescape(str(page.meta["title"])))
            site = "Summit diplomacy between Russia and North Korea, 2018–2019"
            assert tab.title() == (f"{title} – {site}" if path != "index.md" else site), path
            assert folded(tab.locator("h1").inner_text()) == title, path
            described = tab.locator("meta[name=description]").get_attribute("content")
            assert described == unescape(str(page.meta["description"])), path
    assert noise == []


def test_a_search_shows_poisoned_titles_as_typed(poisoned: Project, browser: Browser) -> None:
    noise: list[str] = []
    with served(poisoned.site) as address, browser.new_context() as context:
        tab = context.new_page()
        tab.on("dialog", lambda dialog: (noise.append(f"dialog {dialog.message}"), dialog.dismiss()))
        tab.on("pageerror", lambda error: noise.append(f"error {error}"))
        tab.on("request", lambda asked: noise.append(asked.url) if not asked.url.startswith(address) else None)
        context.route(lambda url: not url.startswith(address), lambda route: route.abort())
        tab.goto(address)
        tab.locator("label.md-header__button[for=__search]").click()
        shown_as: dict[str, str] = {}
        for index, name in enumerate(PAYLOADS):
            tab.locator(".md-search__input").fill(f"{WORD}{index:03}")
            result = tab.locator(f".md-search-result__link[href*='parties/payload-{name}/'] h1")
            result.first.wait_for(state="attached", timeout=10_000)
            shown_as[name] = folded(result.first.text_content() or "")
    assert noise == []
    assert shown_as == {name: titled(index, payload) for index, (name, payload) in enumerate(PAYLOADS.items())}


# ------------------------------------------------------------------------------------------------- how it is done


def folded(text: str) -> str:
    """White space as a browser shows it, and at the edges as the builder trims it."""
    return " ".join(text.split())


@functools.cache
def loaded() -> Summaries:
    return load(SUMMARIES)


def shapes_in(summaries: Summaries) -> Iterator[Shape]:
    waiting: list[object] = [summaries.settings, *summaries.records.values(), *summaries.claims.values()]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Shape):
            yield value
            waiting.extend(getattr(value, name) for name in type(value).model_fields)
        elif isinstance(value, tuple):
            waiting.extend(value)


def all_shapes(kind: type[Shape]) -> Iterator[type[Shape]]:
    """The shapes that an editor writes: those that others are only made from are left out."""
    for below in kind.__subclasses__():
        if below.__name__ not in ("Record", "Titled"):
            yield below
        yield from all_shapes(below)


@functools.cache
def _plain() -> Files:
    return {
        file.relative_to(SUMMARIES).as_posix(): read(
            file, f"summaries/{file.relative_to(SUMMARIES).as_posix()}"
        ).plain()
        for file in sorted(SUMMARIES.rglob("*.yml"))
    }


def plain() -> Files:
    return copy.deepcopy(_plain())


def put(value: Any, path: tuple[Step, ...], text: object) -> None:
    for step in path[:-1]:
        value = value[step]
    value[path[-1]] = text


@functools.cache
def slots() -> tuple[Slot, ...]:
    """Every place for text, and every locator of a citation; not the names of parties by their id, nor codes."""
    return tuple(_slots(loaded()))


def _slots(summaries: Summaries) -> Iterator[Slot]:
    for file, start, shape in _owners(summaries):
        for path, text in texts(shape):
            if path[0] == "words" or path[-1] == "language" or (path[-1] == "by" and text in summaries.records):
                continue
            yield Slot(file, (*start, *path), isinstance(text, Line))
        for path, citation in citations(shape):
            yield Slot(file, (*start, *path), one_line=True, cites=citation.source)


def _owners(summaries: Summaries) -> Iterator[tuple[str, tuple[Step, ...], Shape]]:
    owned: list[tuple[str, Settings | Claims | Any]] = [("explainer.yml", summaries.settings)]
    owned += [(id, record) for id, record in summaries.records.items()]
    owned += [(f"claims/{source}", claims) for source, claims in summaries.claims.items()]
    for name, shape in owned:
        origin = summaries.origins[name]
        yield origin.document.path.removeprefix("summaries/"), tuple(origin.path), shape


def everywhere(payload: str) -> Files:
    """The payload as the whole of every text."""
    files = plain()
    for slot in slots():
        put(files[slot.file], slot.path, slot.takes(payload))
    return files


def amid(payload: str) -> Files:
    """The payload in every prose, between words that the page explains, and again at a line's start and end."""
    files = plain()
    for slot in slots():
        if not slot.one_line:
            put(files[slot.file], slot.path, f"DPRK {payload} DPRK\n{payload} the DPRK: {folded(payload)}")
    return files


def said_otherwise(payload: str) -> Files:
    """The payload instead of each of the site's own phrases."""
    files = plain()
    files["explainer.yml"]["words"] = dict.fromkeys(_phrases(), payload)
    return files


@functools.cache
def _phrases() -> tuple[str, ...]:
    def names(value: object, prefix: str) -> Iterator[str]:
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from names(inner, f"{prefix}.{key}")
        else:
            yield prefix[1:]

    file = ROOT / "templates" / "words" / "en.yml"
    return tuple(names(read(file, "templates/words/en.yml").plain(), ""))


def spread() -> Files:
    """All payloads spread over the fields, and each once in the name of a party that can be searched for."""
    payloads = list(PAYLOADS.values())
    files = plain()
    for index, slot in enumerate(slots()):
        put(files[slot.file], slot.path, slot.takes(payloads[index % len(payloads)]))
    for index, (name, payload) in enumerate(PAYLOADS.items()):
        party = {"name": titled(index, payload), "kind": "organisation", "summary": payload}
        files[f"parties/payload-{name}.yml"] = {**party, "sources": [f"kbs-141830 {folded(payload)}"]}
    return files


def titled(index: int, payload: str) -> str:
    return f"{folded(payload)} {WORD}{index:03}"


def renamed(files: Files, old: str, new: str) -> Files:
    """A source under another id, wherever it is named."""
    return {file: _renamed(value, old, new) for file, value in files.items()}


def _renamed(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {key: _renamed(inner, old, new) for key, inner in value.items()}
    if isinstance(value, list):
        return [_renamed(inner, old, new) for inner in value]
    return re.sub(rf"^{old}(?= |$)", new, value)


def lay_out(files: Files, summaries: Path, raw: Mapping[str, str] | None = None) -> None:
    for name, value in files.items():
        file = summaries / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")  # which is YAML too
    for name, text in (raw or {}).items():
        (summaries / name).write_text(text, encoding="utf-8")


def assembled(files: Files, root: Path, raw: Mapping[str, str] | None = None) -> Assembly:
    lay_out(files, root / "summaries", raw)
    (root / "templates").symlink_to(ROOT / "templates")
    return assemble(Project(root=root))


@dataclass(frozen=True, slots=True)
class Tag:
    """A start or an end tag."""

    name: str
    attributes: Mapping[str, str | None]
    ends: bool = False

    def with_addresses(self, replaced: Mapping[str, str]) -> Tag:
        href = self.attributes.get("href")
        return Tag(self.name, {**self.attributes, "href": replaced[href]}) if href in replaced else self


Outline = tuple[Tag | str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as a browser reads it: its front matter decoded, its tags and the texts between them."""

    path: str
    title: str
    description: str
    outline: Outline
    explanations: frozenset[str]
    """What its explained words say; the words themselves stand in the text."""

    @property
    def text(self) -> str:
        return folded("".join(piece if isinstance(piece, str) else " " * _parts(piece) for piece in self.outline))

    def replaced(self, path: str, old: str, new: str) -> Shown:
        """The page with another word, if it is the page of that path."""
        if path != self.path:
            return self
        outline = tuple(piece.replace(old, new) if isinstance(piece, str) else piece for piece in self.outline)
        return Shown(self.path, self.title, self.description, outline, self.explanations)


def _parts(tag: Tag) -> bool:
    """Whether a tag parts words."""
    return tag.name not in ("a", "span", "strong", "sup")


class _Reader(HTMLParser):
    """Collects tags and texts; the tags of explained words are left out, since a payload may hold such a word."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[Tag | str] = []
        self.explanations: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: folded(value or "") for name, value in attrs}
        if tag == "abbr":
            assert attributes.keys() == {"title"}, attributes
            self.explanations.add(attributes["title"])
        else:
            self.pieces.append(Tag(tag, attributes))

    def handle_endtag(self, tag: str) -> None:
        if tag != "abbr":
            self.pieces.append(Tag(tag, {}, ends=True))

    def handle_data(self, data: str) -> None:
        if self.pieces and isinstance(self.pieces[-1], str):
            data = self.pieces.pop() + data  # type: ignore[operator]  # just checked
        self.pieces.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"a processing instruction: {data}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a section: {data}")


def outline_of(html: str) -> tuple[Outline, frozenset[str]]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    pieces = (folded(piece) if isinstance(piece, str) else piece for piece in reader.pieces)
    return tuple(piece for piece in pieces if piece), frozenset(reader.explanations)


@functools.cache
def converter() -> markdown.Markdown:
    """Markdown as this project's mkdocs.yml has it."""
    config = load_config(str(ROOT / "mkdocs.yml"))
    return markdown.Markdown(extensions=config.markdown_extensions, extension_configs=config.mdx_configs)


def shown(pages: tuple[Page, ...]) -> dict[str, Shown]:
    return {page.path: _shown(page) for page in pages}


def _shown(page: Page) -> Shown:
    title, description = str(page.meta["title"]), str(page.meta["description"])
    assert not set(title + description) & set('<>"')
    outline, explanations = outline_of(converter().reset().convert(page.body))
    return Shown(page.path, unescape(title), unescape(description), outline, explanations)


@functools.cache
def _pages_with(word: str, change: Callable[[str], Files], root: Path) -> dict[str, Shown]:
    return shown(assembled(change(word), root).pages)


@pytest.fixture(scope="session", autouse=True)
def _usual(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Make the pages that all others are held against."""
    for change in (everywhere, amid, said_otherwise):
        pages = shown(assembled(change(WORD), tmp_path_factory.mktemp("usual")).pages)
        assert sum(page.text.count(WORD) for page in pages.values()) > 100
        for page in pages.values():
            assert_nothing_live(page)
        _USUAL[change] = pages


_USUAL: dict[Callable[[str], Files], dict[str, Shown]] = {}


def pages_with(word: str, change: Callable[[str], Files]) -> dict[str, Shown]:
    assert word == WORD
    return _USUAL[change]


def assert_same(found: Mapping[str, Shown], expected: Mapping[str, Shown], payload: str) -> None:
    """Hold pages against the usual ones, the payload in the place of the harmless word."""

    def said(text: str) -> str:
        return folded(text.replace(WORD, payload))

    assert found.keys() == expected.keys()
    for path, page in found.items():
        usual = expected[path]
        assert_nothing_live(page)
        wanted = tuple(
            said(piece)
            if isinstance(piece, str)
            else Tag(piece.name, {name: said(value or "") for name, value in piece.attributes.items()}, piece.ends)
            for piece in usual.outline
        )
        assert page.outline == wanted, path
        assert page.explanations == {said(explanation) for explanation in usual.explanations}, path
        assert folded(page.title) == said(usual.title), path
        assert_described(folded(page.description), said(usual.description))


def assert_described(found: str, whole: str) -> None:
    """A description is the whole text, or as much of its beginning as a search engine shows."""
    if found != whole:
        assert found.endswith("…")
        assert whole.startswith(found[:-1])
        assert len(whole) > 155 >= len(found) > 100


LIVE = {
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "img",
    "svg",
    "form",
    "input",
    "base",
    "meta",
    "link",
    "details",
}
LIVE |= {"video", "audio", "math", "template", "textarea", "title", "button"}


def assert_nothing_live(page: Shown) -> None:
    for tag in page.outline:
        if isinstance(tag, Tag):
            assert tag.name not in LIVE, page.path
            assert not [name for name in tag.attributes if name.startswith("on") or name in ("style", "src")], page.path
            assert re.match(r"$|https?://|mailto:|[\w./-]*(#[\w:.-]+)?$", tag.attributes.get("href") or ""), page.path


def assert_no_id_twice(made: Assembly) -> None:
    for path, page in shown(made.pages).items():
        ids = [tag.attributes["id"] for tag in page.outline if isinstance(tag, Tag) and "id" in tag.attributes]
        assert sorted(ids) == sorted(set(ids)), path
