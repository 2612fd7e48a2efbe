"""The mini-explainer `every-field` with other texts in it: payloads, and the harmless words they are held against."""

from __future__ import annotations

import copy
import functools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from golden import ROOT, SITES
from outline import folded

from builder.assembly import Assembly, assemble
from builder.parsing.yaml_reader import read
from builder.project import Project
from builder.records.loading import Summaries, load
from builder.records.models.shapes import Shape
from builder.records.safe_text import Line, Text
from builder.records.traversal import citations, texts

SUMMARIES = SITES / "every-field" / "summaries"
PAYLOADS: dict[str, str] = yaml.safe_load((Path(__file__).parent / "payloads.yml").read_text(encoding="utf-8"))
WORD = "Quern"
"""The harmless word: it stands in no file of the project."""

Step = str | int
Files = dict[str, Any]
"""Summaries as plain values, by the path of their file."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place where an editor types text: the file, the way to it, and whether it is one line."""

    file: str
    path: tuple[Step, ...]
    one_line: bool
    cites: str = ""
    """The source of a citation, whose locator is the text."""

    def takes(self, text: str) -> str:
        """A text as it can be typed here."""
        return f"{self.cites} {folded(text) if self.one_line else text}".strip()


@functools.cache
def loaded() -> Summaries:
    return load(SUMMARIES)


def plain() -> Files:
    """The summaries as they are."""
    return copy.deepcopy(_plain())


@functools.cache
def _plain() -> Files:
    names = (file.relative_to(SUMMARIES).as_posix() for file in sorted(SUMMARIES.rglob("*.yml")))
    files: Files = {name: read(SUMMARIES / name, f"summaries/{name}").plain() for name in names}
    for question in files["questions.yml"]["questions"]:
        del question["rests_on"]
    return files


def put(files: Files, file: str, path: tuple[Step, ...], text: object) -> None:
    """Write a value into a file."""
    value = files[file]
    for step in path[:-1]:
        value = value[step]
    value[path[-1]] = text


@functools.cache
def slots() -> tuple[Slot, ...]:
    """Every place for text, the places in sources among them; not parties named by their id, nor codes, nor phrases."""
    return tuple(_slots(loaded()))


def _slots(summaries: Summaries) -> Iterator[Slot]:
    shapes: dict[str, Shape] = {"explainer.yml": summaries.settings, **summaries.records}
    shapes |= {f"claims/{source}": claims for source, claims in summaries.claims.items()}
    for name, shape in shapes.items():
        origin = summaries.origins[name]
        file = origin.document.path.removeprefix("summaries/")
        for path, text in texts(shape):
            if path[0] == "rests_on":
                continue  # words to the letter, of texts that are others now
            if not (path[0] == "words" or path[-1] == "language" or (path[-1] == "by" and text in summaries.records)):
                yield Slot(file, (*origin.path, *path), isinstance(text, Line))
        for path, citation in citations(shape):
            yield Slot(file, (*origin.path, *path), one_line=True, cites=citation.source)


@functools.cache
def phrases() -> tuple[str, ...]:
    """The names of the site's own phrases."""
    return tuple(_names(read(ROOT / "templates" / "words" / "en.yml", "templates/words/en.yml").plain(), ""))


def _names(value: object, prefix: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _names(inner, f"{prefix}.{key}")
    else:
        yield prefix[1:]


def everywhere(text: str) -> Files:
    """One text as the whole of every field."""
    files = plain()
    for slot in slots():
        put(files, slot.file, slot.path, slot.takes(text))
    return files


def amid(texts: list[str]) -> Files:
    """Texts by turns in every prose, between words that the page explains, at a line's start and at its end."""
    files = plain()
    for index, slot in enumerate(slot for slot in slots() if not slot.one_line):
        text = texts[index % len(texts)]
        put(files, slot.file, slot.path, f"DPRK {text} DPRK\n{text} the DPRK: {folded(text)}")
    return files


def worded(texts: list[str]) -> Files:
    """Texts by turns instead of each of the site's own phrases."""
    files = plain()
    said = {name: folded(texts[index % len(texts)]) for index, name in enumerate(phrases())}
    files["explainer.yml"]["words"] = said
    return files


def spread(title: Callable[[int, str], str]) -> Files:
    """All payloads by turns over the fields, and each in the name of a party of its own."""
    payloads = list(PAYLOADS.values())
    files = plain()
    for index, slot in enumerate(slots()):
        put(files, slot.file, slot.path, slot.takes(payloads[index % len(payloads)]))
    for index, (name, payload) in enumerate(PAYLOADS.items()):
        party = {"name": title(index, payload), "kind": "organisation", "summary": payload}
        files[f"parties/payload-{name}.yml"] = {**party, "sources": [f"kbs-141830 {folded(payload)}"]}
    return files


def stand_in(payload: str, mark: object = "") -> str:
    """Harmless words in as many paragraphs as the payload has, after a digit if it begins with one.

    The number of a paragraph of a treaty is printed with the word for it, and known by its digit. What looks like a
    list itself is parted from others by semicolons.
    """
    paragraphs = Text(payload).paragraphs
    digit = "7" if paragraphs[0][0].isdigit() else ""
    listed = next((f"{joint}so" for joint in (", ", " and ") if joint in payload), "")
    return digit + "\n\n".join(f"{WORD}{mark}{letter}{listed}" for letter in "abcdef"[: len(paragraphs)])


def back(payloads: Mapping[str, str]) -> Callable[[str], str]:
    """What puts payloads, by their mark, back in the places of their stand-ins."""
    paragraphs = {
        f"{WORD}{mark}{letter}": str(paragraph)
        for mark, payload in payloads.items()
        for letter, paragraph in zip("abcdef", Text(payload).paragraphs, strict=False)
    }
    return lambda text: folded(
        re.sub(rf"7?({WORD}\d*[a-f])(?:(?:, | and )so)?", lambda match: paragraphs[match[1]], text)
    )


def lay_out(files: Files, summaries: Path) -> None:
    """Write summaries; a text stands for a whole file."""
    for name, value in files.items():
        file = summaries / name
        file.parent.mkdir(parents=True, exist_ok=True)
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)  # which is YAML too
        file.write_text(text, encoding="utf-8")


def assembled(files: Files, root: Path) -> Assembly:
    """The pages of summaries."""
    lay_out(files, root / "summaries")
    return assemble(_Summaries(root=root))


class _Summaries(Project):
    """Summaries of their own, with this project's templates where these lie: compiled once, they are known by it."""

    @property
    def templates(self) -> Path:
        return ROOT / "templates"
