"""Converts entries of BibTeX and biblatex, as Zotero, JabRef and others write them, to references with CSL fields."""

from __future__ import annotations

import re
from collections.abc import Mapping

from builder.editing.importing.references.bibtex import Entry, Name, Value, names_in, read_bibtex
from builder.editing.importing.references.latex import read_latex
from builder.editing.importing.references.reference import Bibliography, Reference, Remark, not_kept
from builder.editing.importing.references.reference_dates import date_in_words, date_of_parts
from builder.problems import Location, visible
from builder.records.models.source import TYPES

CONTAINERS = ("journaltitle", "journal", "booktitle", "maintitle", "howpublished")
"""The fields that can name the journal, book or site an entry appeared in, most likely first."""

PUBLISHERS = ("publisher", "institution", "organization", "school")
"""The fields that can name who published an entry, most likely first."""

_DATES = ("date", "year", "month", "day")
_ACCESSED = ("urldate", "lastchecked", "accessed", "lastaccessed")
_LANGUAGES = ("langid", "language")
_SUBTITLES = {"title": "subtitle", "journaltitle": "journalsubtitle", "booktitle": "booksubtitle"} | {
    "journal": "journalsubtitle",
    "maintitle": "mainsubtitle",
}

_READ = frozenset((
    *CONTAINERS, *PUBLISHERS, *_DATES, *_ACCESSED, *_LANGUAGES, *_SUBTITLES.values(), "title", "author", "doi", "url",
    "eprint", "eprinttype", "archiveprefix", "entrysubtype", "note", "keywords", "archiveurl", "via", "edtf",
    "aswritten", "crossref", "xdata",
))  # fmt: skip
"""The fields that are read. Problems of others, such as abstracts and lists of files, don't matter."""

_OF_PROGRAMS = re.compile(
    r"file|pdf|owner|username|groups?|timestamp|comment|(creation|modification)date|date-?(added|modified)|bdsk-.*|opt.*"
    r"|mendeley-.*|read|priority|ranking|__markedentry|citation-?key|ids|key|keyword|options|sortkey|presort|shorthand"
    r"|sort(name|title|year)|cites?|printed|qualityassured|relevance|jabref.*|zotero.*|x-.*|shorttitle|urltype|xref"
    r"|entryset|label|%.*|related.*|langidopts|hyphenation|primaryclass|eprintclass|unidentified|bibsource|biburl"
)
"""Fields that programs write for themselves; they say nothing of the source that a reader could miss."""


def references_in_bibtex(text: str, name: str) -> Bibliography:
    """The references of a file, with every problem in it."""
    file = read_bibtex(text, name, _READ)
    by_key = {entry.key.casefold(): entry for entry in file.entries if entry.key}
    entries = [entry for entry in file.entries if entry.kind not in ("xdata", "set", "control", "customization")]
    converter = _Converter(by_key)
    return Bibliography(
        references=tuple(converter.reference(entry) for entry in entries),
        problems=tuple(file.problems),
        remarks=tuple(file.remarks),
    )


class _Converter:
    """Converts entries, and knows those that they inherit fields from."""

    def __init__(self, by_key: Mapping[str, Entry]) -> None:
        self.by_key = by_key

    def reference(self, entry: Entry) -> Reference:
        fields = self._inherited(entry, frozenset({entry.key.casefold()}))
        return _Conversion(entry, fields).reference()

    def _inherited(self, entry: Entry, seen: frozenset[str]) -> dict[str, Value]:
        """The fields of an entry, with those of the entries that its `crossref` and `xdata` name."""
        own = {name: value for name, value in entry.fields.items() if value.text.strip()}
        for name, field in (("crossref", own.get("crossref")), ("xdata", own.get("xdata"))):
            for key in (each.strip().casefold() for each in field.text.split(",")) if field else ():
                other = self.by_key.get(key)
                if other is None or key in seen:
                    continue
                theirs = self._inherited(other, seen | {key})
                if name == "crossref":
                    theirs = _of_a_part(theirs, has_date=bool(own.keys() & set(_DATES)))
                own = theirs | own
        return own


def _of_a_part(whole: Mapping[str, Value], *, has_date: bool) -> dict[str, Value]:
    """The fields that a part of a book inherits from the book."""
    renamed = {_WHOLE.get(name, name): value for name, value in whole.items()}
    taken = {*_WHOLE.values(), *PUBLISHERS, *_LANGUAGES, *(() if has_date else _DATES)}
    return {name: value for name, value in renamed.items() if name in taken}


_WHOLE = {"title": "booktitle", "booktitle": "booktitle", "subtitle": "booksubtitle"}

_TYPES = {
    "article": "article-journal", "artwork": "graphic", "audio": "song", "book": "book", "bookinbook": "chapter",
    "booklet": "pamphlet", "collection": "book", "conference": "paper-conference", "dataset": "dataset",
    "electronic": "webpage", "image": "graphic", "inbook": "chapter", "incollection": "chapter",
    "inproceedings": "paper-conference", "inreference": "entry-encyclopedia", "jurisdiction": "legal_case",
    "legislation": "legislation", "legal": "treaty", "letter": "personal_communication",
    "magazine": "article-magazine", "manual": "report", "mastersthesis": "thesis", "misc": "webpage",
    "movie": "motion_picture", "music": "song", "mvbook": "book", "mvcollection": "book", "mvproceedings": "book",
    "mvreference": "book", "newspaper": "article-newspaper", "newsarticle": "article-newspaper", "online": "webpage",
    "patent": "patent", "performance": "performance", "periodical": "periodical", "phdthesis": "thesis",
    "proceedings": "book", "reference": "book", "report": "report", "review": "review", "software": "software",
    "softwareversion": "software", "standard": "standard", "suppbook": "chapter", "suppcollection": "chapter",
    "suppperiodical": "article-journal", "talk": "speech", "techreport": "report", "thesis": "thesis",
    "unpublished": "manuscript", "video": "motion_picture", "webpage": "webpage", "www": "webpage",
}  # fmt: skip
"""CSL's term for a type in BibTeX or biblatex."""


class _Conversion:
    """Converts one entry, and collects what can't be kept."""

    def __init__(self, entry: Entry, typed: Mapping[str, Value]) -> None:
        self.entry = entry
        self.typed = typed
        self.used: set[str] = set()
        self.remarks: list[Remark] = []

    def reference(self) -> Reference:
        published, address = self._howpublished()
        container, publisher = self._first(CONTAINERS, {"howpublished": published}), self._first(PUBLISHERS)
        csl: dict[str, object] = {
            "id": self.entry.key,
            "type": self._type(),
            "title": self._titled("title"),
            "author": self._authors(),
            "issued": self._issued(),
            "container-title": container,
            "publisher": publisher,
            "URL": _address(self._raw("url") or address) or self._eprint(),
            "DOI": _address(self._raw("doi")),
            "archive": _address(self._raw("archiveurl")),
            "accessed": {"raw": self._first(_ACCESSED)},
            "language": self._first(_LANGUAGES),
            "note": self._text("note"),
            "keyword": self._text("keywords"),
            "custom": {"via": self._text("via"), "as_written": self._text("aswritten")},
        }
        self._name_what_is_not_kept()
        return Reference(csl=csl, location=self.entry.location, at=self._at, remarks=tuple(self.remarks))

    def _raw(self, name: str) -> str:
        self.used.add(name)
        return self.typed[name].text if name in self.typed else ""

    def _text(self, name: str) -> str:
        return self._latex(self._raw(name), name)

    def _latex(self, typed: str, name: str) -> str:
        text, unknown = read_latex(typed)
        for command in unknown:
            found = (
                f"'{visible(command)}' is LaTeX that can't be read here" if "\\" in command else f"there is {command}"
            )
            hint = f"it was left out of '{name}': '{_short(text)}'"
            self.remarks.append(Remark(location=self._where(name), rule="latex", message=found, hint=hint))
        return text

    def _titled(self, name: str) -> str:
        """A title with its subtitle."""
        main, sub = self._text(name), self._text(_SUBTITLES[name]) if name in _SUBTITLES else ""
        if not main or not sub or sub in main:
            return main or sub
        return f"{main} {sub}" if main.rstrip().endswith(("?", "!", ":")) else f"{main}: {sub}"

    def _first(self, names: tuple[str, ...], instead: Mapping[str, str] | None = None) -> str:
        """The text of the first of several fields that is there. Others with another text are not kept."""
        texts = {name: (instead or {}).get(name) or self._titled(name) for name in names if name in self.typed}
        if instead:
            texts |= {name: text for name, text in instead.items() if name in texts}
        self.used |= texts.keys()
        found = {name: text for name, text in texts.items() if text.strip()}
        chosen = next(iter(found.values()), "")
        for name, text in found.items():
            if text.casefold() != chosen.casefold() and names is not _LANGUAGES:
                self.remarks.append(not_kept(self._where(name), name))
        return chosen

    def _type(self) -> str:
        subtype = self._text("entrysubtype").strip().lower()
        kind = _TYPES.get(self.entry.kind, "")
        if f"article-{subtype}" in TYPES and (not kind or kind.startswith("article")):
            return f"article-{subtype}"
        if subtype in TYPES:
            return subtype
        if not kind:
            found = f"'@{visible(self.entry.kind)}' is not a type that is known here"
            hint = "it was imported as a document"
            self.remarks.append(
                Remark(location=self.entry.location, rule="references", message=found, hint=hint, shared=True)
            )
        return kind or "document"

    def _howpublished(self) -> tuple[str, str]:
        """How it was published, and its address if that is there too, or in the note."""
        typed = self._raw("howpublished")
        found = _ADDRESS.search(typed)
        text = self._latex(_ADDRESS.sub(lambda link: link["label"] or "", typed), "howpublished").strip(" .,;:")
        if found is None and not self.typed.get("url") and (note := self.typed.get("note")):
            found = _ADDRESS.search(note.text)
        return text, (found["braced"] or found[0]).rstrip(".,;") if found else ""

    def _eprint(self) -> str:
        """The address of a preprint or of an entry in a database."""
        number = self._text("eprint").strip()
        archive = (self._text("eprinttype") or self._text("archiveprefix")).strip().casefold()
        if number and archive in _ARCHIVES:
            return _ARCHIVES[archive] + number
        if number:
            self.remarks.append(not_kept(self._where("eprint"), "eprint"))
        return ""

    def _issued(self) -> dict[str, str]:
        edtf, typed = self._text("edtf"), self._raw("date").strip("{} \n")
        parts = [self._text(name) for name in ("year", "month", "day")]
        if edtf or (typed and (date_in_words(typed) or not parts[0])):
            return {"edtf": edtf, "raw": typed}
        date, whole = date_of_parts(*parts)
        written = " ".join(part for part in reversed(parts) if part)
        if date and not whole:
            found = f"'{visible(_short(written))}' is not a date"
            at = max(self._where(name) for name in ("day", "month", "year") if name in self.typed)
            self.remarks.append(Remark(location=at, rule="bad-date", message=found, hint=f"only {date} was kept"))
        return {"edtf": date, "raw": written}

    def _authors(self) -> list[dict[str, str]]:
        names = list(names_in(self._raw("author")))
        if names and names[-1] == Name(last="others"):
            names.pop()
            found = "'and others' stands for authors who are not named"
            hint = "only the named ones were imported"
            at = self._where("author")
            self.remarks.append(Remark(location=at, rule="not-kept", message=found, hint=hint, shared=True))
        return [author for name in names if (author := self._author(name))]

    def _author(self, name: Name) -> dict[str, str]:
        """A name as CSL. BibTeX gives its parts by position, biblatex also as `family=..., given=...`."""
        whole = ", ".join(part for part in (name.last, name.jr, name.first) if part)
        pairs = [part.partition("=") for part in re.split(r",(?![^{]*\})", whole)]
        if all(equals for _, equals, _ in pairs):
            parts = {_NAME_PARTS.get(part.strip().lower(), ""): self._latex(text, "author") for part, _, text in pairs}
            return {part: text for part, text in parts.items() if part}
        family = self._latex(" ".join(part for part in (name.von, name.last) if part), "author")
        given = self._latex(" ".join(part for part in (name.first, name.jr) if part), "author")
        return {"family": family, "given": given} if given else {"literal": family}

    def _name_what_is_not_kept(self) -> None:
        own = self.entry.fields
        for name, value in self.typed.items():
            is_own = own.get(name) is value
            if is_own and name not in self.used | {"crossref", "xdata"} and not _OF_PROGRAMS.fullmatch(name):
                self.remarks.append(not_kept(value.location, name))

    def _where(self, name: str) -> Location:
        value = self.typed.get(name)
        return value.location if value else self.entry.location

    def _at(self, field: str) -> Location:
        names = _NAMES_IN_BIBTEX.get(field, (field.lower(),))
        return next((self.typed[name].location for name in names if name in self.typed), self.entry.location)


def _address(typed: str) -> str:
    r"""An address without the LaTeX that some programs put into it: `\url{...}`, `\_`, `{\%}`, `{\textasciitilde}`."""
    link = _ADDRESS.fullmatch(typed.strip())
    bare = link["braced"] or typed if link else typed
    for found, printed in _IN_ADDRESSES:
        bare = found.sub(printed, bare)
    return bare.strip()


_IN_ADDRESSES = (
    (re.compile(r"\\textasciitilde\b\s?|\\~(?:\{\})?|\$\s*\\sim\s*\$"), "~"),
    (re.compile(r"\\textunderscore\b\s?"), "_"),
    (re.compile(r"\\(?:allowbreak|linebreak|break|nobreak|relax|protect)\b\s?|\\[-/,]"), ""),
    (re.compile(r"\\[{}]|[{}]"), ""),
    (re.compile(r"\\([_%&#$])"), r"\1"),
)
"""LaTeX in addresses, and what it prints, in the order in which it is replaced."""


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 60 else f"{plain[:57]}..."


_NAMES_IN_BIBTEX = {
    "issued": _DATES,
    "container-title": CONTAINERS,
    "publisher": PUBLISHERS,
    "language": _LANGUAGES,
    "accessed": _ACCESSED,
    "URL": ("url", "howpublished", "eprint", "note"),
    "archive": ("archiveurl",),
    "keyword": ("keywords",),
}

_NAME_PARTS = {"family": "family", "given": "given", "prefix": "non-dropping-particle", "suffix": "suffix"}
"""CSL's term for a part of a name in biblatex."""

_ADDRESS = re.compile(
    r"\\(?:url|href|path|nolinkurl)\s*\{(?P<braced>[^{}]*(?:\{[^{}]*\}[^{}]*)*)\}(?:\s*\{(?P<label>[^{}]*)\})?"
    r"|https?://[^\s{}]+"
)

_ARCHIVES = {
    "arxiv": "https://arxiv.org/abs/",
    "hdl": "https://hdl.handle.net/",
    "jstor": "https://www.jstor.org/stable/",
    "pubmed": "https://pubmed.ncbi.nlm.nih.gov/",
}
"""Where the numbers of well-known archives lead."""
