"""Reads RIS, as EndNote, Zotero and library catalogues write it. Only this module imports rispy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from builder.editing.importing.references.reference import Bibliography, Reference, Remark, not_kept, unreadable
from builder.problems import Location, visible


@dataclass(kw_only=True, slots=True)
class _Record:
    """The lines of a record with the number of each, and those that are not part of any record after it."""

    lines: list[tuple[int, str]] = field(default_factory=list)
    ended: bool = False


def references_in_ris(text: str, name: str) -> Bibliography:
    """The references of a file, and its problems."""
    strict = re.search(r"^\ufeff?\s*TY  ?-", text, re.MULTILINE)
    if strict is None:
        problem = unreadable(Location(name), "this is not RIS: no line starts with 'TY  - '", "export it again as RIS")
        return Bibliography(references=(), problems=(problem,))
    tag = _TAG if re.search(r"^\s*TY  -", text, re.MULTILINE) else _LOOSE_TAG
    records: list[_Record] = []
    remarks: list[Remark] = []
    for number, line in enumerate(text.split("\n"), start=1):
        found = tag.match(line)
        if found and found[1] == "TY":
            records.append(_Record())
        if found and found[1] == "ER" and records:
            records[-1].ended = True
        elif records and not records[-1].ended:
            records[-1].lines.append((number, f"{found[1]}  - {found[2]}" if found else line))
        elif line.strip():
            hint = "each starts with a line 'TY  - '"
            message = f"'{visible(line.strip()[:40])}' is not part of a reference"
            remarks.append(Remark(location=Location(name, number), rule="references", message=message, hint=hint))
    return Bibliography(references=tuple(_reference(record, name) for record in records), remarks=tuple(remarks))


_TAG = re.compile(r"\s*([A-Z][A-Z0-9])  -(?: |$)(.*)")
_LOOSE_TAG = re.compile(r"\s*([A-Z][A-Z0-9]) ? ?-(?: |$)(.*)")


class _AnyTag(dict[str, str]):
    """A mapping of each tag to itself."""

    def __missing__(self, tag: str) -> str:
        return tag


class _Everything(list[str]):
    """A list that contains every tag, so that no value of a repeated tag is lost."""

    def __contains__(self, tag: object) -> bool:
        return True


def _values(lines: Sequence[str]) -> Mapping[str, list[str]]:
    """The values of each tag, in order. A text that goes on in the next line has several."""
    import rispy

    [found] = rispy.loads(
        "\n".join([*lines, "ER  - "]), mapping=_AnyTag(), list_tags=_Everything(), delimiter_tags_mapping={}
    )
    return {tag: [value] if isinstance(value, str) else list(value) for tag, value in found.items() if tag}


def _reference(record: _Record, name: str) -> Reference:
    values = _values([line for _, line in record.lines])
    places: dict[str, Location] = {}
    for number, line in record.lines:
        if tag := _TAG.match(line):
            places.setdefault(tag[1], Location(name, number, 7))
    return _Conversion(values, places, Location(name, record.lines[0][0])).reference()


class _Conversion:
    """Converts one record, and collects what can't be kept."""

    def __init__(self, values: Mapping[str, list[str]], places: Mapping[str, Location], start: Location) -> None:
        self.values = values
        self.places = places
        self.start = start
        self.used = {"TY"}
        self.remarks: list[Remark] = []

    def reference(self) -> Reference:
        typed = self._first("TY").upper()
        kind = _TYPES.get(typed, "")
        if not kind:
            found = f"'{visible(typed)}' is not a type that is known here"
            self._remark("TY", found, "it was imported as a document")
        csl: dict[str, object] = {
            "id": self._first("ID", "LB"),
            "type": kind or "document",
            "title": self._first("TI", "T1", "CT", *(("BT",) if kind == "book" else ())),
            "author": [*self._authors("AU"), *self._authors("A1")],
            "issued": {"raw": self._date("DA", "PY", "Y1")},
            "container-title": self._first(*(tag for tag in _CONTAINERS if kind != "book" or tag != "BT")),
            "publisher": self._first("PB"),
            "URL": self._address(),
            "DOI": self._first("DO"),
            "accessed": {"raw": self._date("Y2")},
            "language": self._first("LA"),
            "note": "\n".join(self._all("N1")),
            "keyword": "; ".join(self._all("KW")),
        }
        for tag in self.values:
            if tag not in self.used and tag not in _OF_PROGRAMS and any(text.strip() for text in self.values[tag]):
                self.remarks.append(not_kept(self.places.get(tag, self.start), _MEANINGS.get(tag, tag)))
        return Reference(csl=csl, location=self.start, at=self._finder(), remarks=tuple(self.remarks))

    def _all(self, tag: str) -> list[str]:
        self.used.add(tag)
        return [text.strip() for text in self.values.get(tag, ()) if text.strip()]

    def _first(self, *tags: str) -> str:
        """The text of the first of several tags that is there. Others with another text are not kept."""
        texts = {tag: " ".join(self._all(tag)) for tag in tags}
        chosen = next((text for text in texts.values() if text), "")
        for tag, text in texts.items():
            if text and text.casefold() != chosen.casefold() and tag not in _SHORT_FORMS:
                self.remarks.append(not_kept(self.places.get(tag, self.start), _MEANINGS.get(tag, tag)))
        return chosen

    def _address(self) -> str:
        addresses = [each for text in self._all("UR") for each in re.split(r"\s*;\s*(?=https?:)|\s+", text)]
        if len(addresses) > 1:
            self._remark("UR", "there is more than one address", f"the first was kept: {addresses[0]}")
        return addresses[0] if addresses else ""

    def _authors(self, tag: str) -> Iterator[dict[str, str]]:
        for name in self._all(tag):
            family, comma, given = name.partition(",")
            suffix = given.rpartition(",")[2].strip() if "," in given else ""
            given = given.rpartition(",")[0] if suffix else given
            parts = {"family": family.strip(), "given": given.strip(), "suffix": suffix}
            yield {part: text for part, text in parts.items() if text} if comma and given.strip() else {"literal": name}

    def _date(self, *tags: str) -> str:
        """The most exact date. RIS writes it as year/month/day/other, with empty parts left out or left empty."""
        found = [(tag, " ".join(self._all(tag))) for tag in tags]
        dates = [(_plain_date(text), text) for _, text in found if text]
        exact = max(dates, key=lambda date: date[0].count("-"), default=("", ""))
        return exact[0] or exact[1]

    def _remark(self, tag: str, message: str, hint: str) -> None:
        at = self.places.get(tag, self.start)
        self.remarks.append(Remark(location=at, rule="references", message=message, hint=hint))

    def _finder(self) -> Callable[[str], Location]:
        def at(name: str) -> Location:
            tags = _TAGS_OF.get(name, ())
            return next((self.places[tag] for tag in tags if tag in self.places), self.start)

        return at


def _plain_date(text: str) -> str:
    year, *rest = [part.strip() for part in text.split("/")]
    if not re.fullmatch(r"\d{4}", year):
        return ""
    numbers = [part for part in rest[:2] if part]
    other = " ".join(part for part in rest[2:] if part)
    if other and not numbers:
        return f"{other} {year}"  # such as a season: 2019///Spring
    return "-".join([year, *(part.rjust(2, "0") for part in numbers)]) if all(map(str.isdecimal, numbers)) else ""


_CONTAINERS = ("T2", "JF", "JO", "BT", "JA", "J1", "J2")
_SHORT_FORMS = {"JA", "J1", "J2", "JO", "PY", "LB"}
"""Tags that repeat another in a shorter form."""

_OF_PROGRAMS = {"ID", "LB", "L1", "L2", "L3", "L4", "DB", "DP", "AN", "ST", "RN", "VO", "C1", "C2", "ER"}
"""Tags that programs and databases write for themselves."""

_MEANINGS = {
    "A2": "A2 (editor)", "A3": "A3 (editor)", "A4": "A4 (other authors)", "AB": "AB (abstract)", "AD": "AD (address)",
    "CN": "CN (call number)", "CY": "CY (place)", "ED": "ED (editor)", "EP": "EP (last page)", "ET": "ET (edition)",
    "IS": "IS (issue)", "M1": "M1 (number)", "M3": "M3 (kind of work)", "N2": "N2 (abstract)", "NV": "NV (volumes)",
    "SN": "SN (ISBN or ISSN)", "SP": "SP (pages)", "T3": "T3 (series)", "TT": "TT (translated title)",
    "VL": "VL (volume)",
}  # fmt: skip
"""What a tag that is not kept means."""

_TAGS_OF = {
    "id": ("ID", "LB"), "type": ("TY",), "title": ("TI", "T1", "CT", "BT"), "author": ("AU", "A1"),
    "issued": ("DA", "PY", "Y1"), "container-title": _CONTAINERS, "publisher": ("PB",), "URL": ("UR",), "DOI": ("DO",),
    "accessed": ("Y2",), "language": ("LA",), "note": ("N1",), "keyword": ("KW",),
}  # fmt: skip

_TYPES = {
    "ABST": "article", "ADVS": "motion_picture", "AGGR": "dataset", "ANCIENT": "classic", "ART": "graphic",
    "BILL": "bill", "BLOG": "post-weblog", "BOOK": "book", "CASE": "legal_case", "CHAP": "chapter", "CHART": "figure",
    "CLSWK": "classic", "COMP": "software", "CONF": "paper-conference", "CPAPER": "paper-conference", "CTLG": "book",
    "DATA": "dataset", "DBASE": "dataset", "DICT": "entry-dictionary", "EBOOK": "book", "ECHAP": "chapter",
    "EDBOOK": "book", "EJOUR": "article-journal", "ELEC": "webpage", "ENCYC": "entry-encyclopedia",
    "FIGURE": "figure", "GEN": "document", "GOVDOC": "report", "HEAR": "hearing", "ICOMM": "personal_communication",
    "INPR": "article", "INTV": "interview", "JFULL": "periodical", "JOUR": "article-journal", "LEGAL": "legislation",
    "MANSCPT": "manuscript", "MAP": "map", "MGZN": "article-magazine", "MPCT": "motion_picture",
    "MUSIC": "musical_score", "NEWS": "article-newspaper", "PAMP": "pamphlet", "PAT": "patent",
    "PCOMM": "personal_communication", "PRES": "speech", "RPRT": "report", "SER": "periodical", "SLIDE": "speech",
    "SOUND": "song", "STAND": "standard", "STAT": "legislation", "THES": "thesis", "UNBILL": "bill",
    "UNPB": "manuscript", "UNPD": "manuscript", "VIDEO": "motion_picture", "WEB": "webpage",
}  # fmt: skip
"""CSL's term for a type in RIS."""
