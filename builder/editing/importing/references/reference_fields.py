"""Turns the references of a bibliography into sources, with dates in EDTF, languages as codes, and web addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from builder.editing.importing.references.bibtex_fields import references_in_bibtex
from builder.editing.importing.references.csl_json import references_in_json
from builder.editing.importing.references.reference import Bibliography, Reference, Remark, not_kept, warnings_of
from builder.editing.importing.references.reference_dates import date_of_csl
from builder.editing.importing.references.ris import references_in_ris
from builder.editing.importing.whole_records import fields_as_written
from builder.editing.yaml_style import tidy
from builder.parsing.documents import Item, Scalar, Sequence
from builder.parsing.documents import Mapping as Fields
from builder.problems import Location, Problem, visible
from builder.records.languages.language_codes import language_code
from builder.records.languages.latin_letters import in_latin_letters
from builder.records.models.fields import bare_doi, problem_with_id
from builder.records.models.record import Record
from builder.records.models.source import STANDINGS, TYPES, Source
from builder.records.validation_messages import problems_of_value

READERS: dict[str, Callable[[str, str], Bibliography]] = {
    "bib": references_in_bibtex,
    "json": references_in_json,
    "ris": references_in_ris,
}
"""What reads a bibliography, by the ending of its name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sources:
    """The sources of a bibliography with their locations, and what was found in reading it."""

    sources: tuple[Fields, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def sources_of(text: str, name: str) -> Sources:
    """The sources in a bibliography, as summaries write them.

    A source without a key that can be an id has no id. Its `standing` comes from its keywords, or from a line such as
    `standing: official` in its note. What a source does not need, such as a date, is left out with a warning if it
    can't be read.
    """
    found = READERS[name.casefold().rpartition(".")[2]](text, name)
    remarks = list(found.remarks)
    sources = []
    for reference in found.references:
        converter = _Converter(reference)
        sources.append(converter.source())
        remarks += [*reference.remarks, *converter.remarks]
    return Sources(sources=tuple(sources), problems=found.problems, warnings=tuple(warnings_of(remarks)))


class _Converter:
    """Converts one reference, and collects what it changes or leaves out."""

    def __init__(self, reference: Reference) -> None:
        self.csl = reference.csl
        self.at = reference.at
        self.location = reference.location
        self.remarks: list[Remark] = []
        self.entries: dict[str, Item] = {}

    def source(self) -> Fields:
        csl = self.csl
        note, extra = _split_note(_text(csl.get("note")))
        custom = csl.get("custom") if isinstance(csl.get("custom"), dict) else {}
        assert isinstance(custom, dict)
        tagged = [str(word) for word in _keywords(csl.get("keyword")) if word in STANDINGS]
        self._id()
        self._put("type", self._type(), "type")
        self._put("title", _without_markup(_text(csl.get("title"))), "title")
        self._authors()
        self._date("issued", _text(custom.get("issued")) or date_of_csl(csl.get("issued")))
        self._names()
        self._address("URL", _text(csl.get("URL")))
        self._doi()
        archive = _text(csl.get("archive"))
        self._address("archive", archive if "://" in archive else "")
        self._date("accessed", date_of_csl(csl.get("accessed")))
        self._language()
        in_note = "note" if "standing" in extra else "keyword"
        self._put("standing", extra.get("standing") or next(iter(tagged), ""), in_note)
        self._put("via", _text(custom.get("via")) or extra.get("via", ""), "custom" if custom.get("via") else "note")
        self._put("note", note, "note")
        self._name_what_is_not_kept(tagged)
        written = fields_as_written(custom.get("as_written"), self.at("custom"))
        beyond = {name: item for name, item in written.items() if name in _AS_WRITTEN}
        return Fields({**self.entries, **beyond}, self.location)

    def _put(self, name: str, value: str, where: str) -> None:
        text = tidy(value)
        if not text:
            return
        at = self.at(where)
        self.entries[name] = Item(at, Scalar(text, at, False))
        if "\\" in text and name in ("title", "container", "publisher", "via"):
            self._backslash(at, text)

    def _remark(self, at: Location, rule: str, message: str, hint: str, *, shared: bool = False) -> None:
        self.remarks.append(Remark(location=at, rule=rule, message=message, hint=hint, shared=shared))

    def _backslash(self, at: Location, text: str) -> None:
        self._remark(at, "latex", f"there is a backslash in '{visible(_short(text))}'", "it was kept: check this text")

    def _id(self) -> None:
        key = "citation-key" if self.csl.get("citation-key") else "id"
        typed = _text(self.csl.get(key))
        id = _slug(typed)
        if id and not problem_with_id(id):
            self._put("id", id, key)

    def _type(self) -> str:
        kind = _text(self.csl.get("type"))
        kind = _OLD_TYPES.get(kind, kind)
        if kind in TYPES:
            return kind
        found = f"unknown type '{visible(_short(kind))}'" if kind else "this reference has no type"
        self._remark(self.at("type"), "references", found, "it was imported as a document", shared=True)
        return "document"

    def _names(self) -> None:
        """What it appeared in, and who published it."""
        container, publisher = (_without_markup(_text(self.csl.get(name))) for name in ("container-title", "publisher"))
        if container != publisher:  # our export repeats a publisher where BibTeX needs another name
            self._put("container", container, "container-title")
        self._put("publisher", publisher, "publisher")

    def _authors(self) -> None:
        value = self.csl.get("author")
        names = value if isinstance(value, list) else [value] if isinstance(value, (str, dict)) else []
        authors = tuple(author for name in names if (author := _author(name, self.at("author"))).entries)
        if authors:
            at = self.at("author")
            self.entries["author"] = Item(at, Sequence(authors, at))
            for author in authors:
                for item in author.entries.values():
                    if isinstance(item.node, Scalar) and "\\" in item.node.text:
                        self._backslash(at, item.node.text)

    def _date(self, name: str, date: str) -> None:
        if date and (problem := _problem_of(name, date)):
            self._remark(self.at(name), "bad-date", problem.message, f"'{name}' was left out")
        else:
            self._put(name, date, name)

    def _address(self, name: str, typed: str) -> None:
        addresses = [each.rstrip(",;") for each in typed.split()] if " " in typed.strip() else [typed.strip()]
        addresses = [each for each in addresses if each]
        for address in _readings_of(addresses[0] if addresses else ""):
            if not _problem_of(name, address):
                self._put(name, address, name)
                if len(addresses) > 1:
                    found = f"there is more than an address in '{visible(_short(typed))}'"
                    self._remark(self.at(name), "bad-address", found, f"'{name}' is {address}")
                return
        if addresses and (problem := _problem_of(name, typed)):
            doi = _DOI.search(typed)
            if name == "URL" and doi and not self.csl.get("DOI"):
                self.csl["DOI"] = doi[0]
                return
            self._remark(self.at(name), "bad-address", problem.message, f"'{name}' was left out")

    def _doi(self) -> None:
        typed = _text(self.csl.get("DOI"))
        found = _DOI.search(typed)
        doi = next((each for each in (bare_doi(typed), found[0] if found else "") if not _problem_of("doi", each)), "")
        self._put("doi", doi, "DOI")
        if typed and not doi:
            self._remark(self.at("DOI"), "bad-doi", f"'{visible(_short(typed))}' is not a DOI", "'doi' was left out")

    def _language(self) -> None:
        typed = _text(self.csl.get("language"))
        code = language_code(typed)
        if typed and not code:
            found = f"'{visible(_short(typed))}' is not one language"
            self._remark(self.at("language"), "bad-language", found, "'language' was left out")
        self._put("language", code, "language")

    def _name_what_is_not_kept(self, tagged: list[str]) -> None:
        for name, value in self.csl.items():
            if name in _KEPT or name in _OF_PROGRAMS or not value:
                continue
            self.remarks.append(not_kept(self.at(name), name))
        words = [word for word in _keywords(self.csl.get("keyword")) if word and word not in tagged[:1]]
        if words:
            self.remarks.append(not_kept(self.at("keyword"), "keywords"))
        archive = _text(self.csl.get("archive"))
        if archive and "://" not in archive:
            self.remarks.append(not_kept(self.at("archive"), "archive"))


_AS_WRITTEN = {*Record.model_fields, "note"} - {"id"}
"""Fields that the site's own bibliographies hold as their editors wrote them."""

_KEPT = frozenset((
    "id", "type", "title", "author", "issued", "container-title", "publisher", "URL", "DOI", "archive", "accessed",
    "language", "note", "keyword", "custom",
))  # fmt: skip

_OF_PROGRAMS = frozenset((
    "citation-key", "citation-label", "categories", "journalAbbreviation", "container-title-short", "title-short",
    "shortTitle", "schema", "system_id", "indexed", "reference-count", "content-domain", "created", "source",
    "prefix", "deposited", "score", "resource", "references-count", "relation", "is-referenced-by-count", "member",
    "link", "subject", "alternative-id", "original-title", "subtitle-short", "call-number", "status", "submitted",
    "published-print", "published-online", "published", "reference", "license", "short-title",
    "first-reference-note-number",
))  # fmt: skip
"""Fields that programs and registries write for themselves."""

_OLD_TYPES = {
    "journalArticle": "article-journal", "newspaperArticle": "article-newspaper",
    "magazineArticle": "article-magazine",
    "journal-article": "article-journal", "proceedings-article": "paper-conference", "book-chapter": "chapter",
    "posted-content": "article", "monograph": "book", "edited-book": "book", "reference-book": "book",
    "reference-entry": "entry", "dissertation": "thesis", "proceedings": "book", "blogPost": "post-weblog",
    "bookSection": "chapter", "conferencePaper": "paper-conference", "webPage": "webpage", "component": "document",
    "peer-review": "review", "report-series": "report", "journal": "periodical", "other": "document",
    "tvBroadcast": "broadcast", "radioBroadcast": "broadcast", "statute": "legislation", "case": "legal_case",
}  # fmt: skip
"""CSL's term for types as doi.org and some programs write them."""


def _problem_of(name: str, value: str) -> Problem | None:
    return next(problems_of_value(Source, name, value), None)


def _readings_of(typed: str) -> Iterator[str]:
    """An address as typed and, if that is no address, what was probably meant."""
    bare = typed.strip("<>").replace("&amp;", "&")
    yield typed
    yield bare
    with_scheme = f"https://{bare}" if re.match(r"www\.|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:/|\Z)", bare) else bare
    yield with_scheme
    yield re.sub(r"[<>\"'`{}|\\^]", lambda match: f"%{ord(match[0]):02X}", with_scheme)


_DOI = re.compile(r"\b10\.\d{4,9}(?:\.\d+)*/[^\s\"<>]\S*")


def _text(value: object) -> str:
    """The text of a field; empty if it holds something else. doi.org writes some texts as a list of one."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 60 else f"{plain[:57]}..."


def _without_markup(value: str) -> str:
    """A text without CSL-JSON's tags for italics, bold and small capitals."""
    return _STYLE.sub("", value)


_STYLE = re.compile(r"</?(?:i|b|sc|sub|sup|span(?: (?:class|style)=\"[^\"<>]*\")?)>")


def _author(name: object, at: Location) -> Fields:
    if not isinstance(name, dict):
        name = {"literal": _text(name)}
    particles = (_text(name.get(part)) for part in ("dropping-particle", "non-dropping-particle", "family"))
    parts = {
        "family": " ".join(part for part in particles if part),
        "given": " ".join(part for part in (_text(name.get("given")), _text(name.get("suffix"))) if part),
        "literal": _text(name.get("literal")) or _text(name.get("name")),
    }
    return Fields({part: Item(at, Scalar(tidy(text), at, False)) for part, text in parts.items() if tidy(text)}, at)


def _split_note(note: str) -> tuple[str, dict[str, str]]:
    """Split a note into its text and the fields in lines such as `standing: official`, as in Zotero's Extra field."""
    extra = {match[1].casefold(): match[2].strip() for match in _EXTRA.finditer(note)}
    return _EXTRA.sub("", note).strip(), extra


_EXTRA = re.compile(r"^(standing|via|citation key):[ \t]*(.*)$\n?", re.IGNORECASE | re.MULTILINE)


def _keywords(value: object) -> Iterable[str]:
    """The keywords of a reference, separated by commas or semicolons."""
    return re.split(r"\s*[,;]\s*", value) if isinstance(value, str) else ()


def _slug(id: str) -> str:
    """Make an id from that of another program: `timesSummit2019` becomes `timessummit2019`."""
    last = id.rstrip("/").rpartition("/")[2] if "://" in id else id
    return re.sub(r"[^a-z0-9]+", "-", in_latin_letters(last)).strip("-")
