"""The mini-explainer `every-field` with other texts in it: payloads, and harmless words to compare them with."""

from __future__ import annotations

import copy
import functools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from golden import ROOT, SITES
from outline import collapsed

from builder.assembly import Assembly, assemble
from builder.parsing.yaml_reader import read
from builder.project import Project
from builder.records.loading import Summaries, load
from builder.records.models.shapes import Shape
from builder.records.safe_text import Line, Text
from builder.records.traversal import citations, texts

SUMMARIES = SITES / "every-field" / "summaries"
TRANSLATED = SITES / "two-languages" / "summaries"
PAYLOADS: dict[str, str] = yaml.safe_load((Path(__file__).parent / "payloads.yml").read_text(encoding="utf-8"))
WORD = "Quern"
"""The harmless word. It occurs nowhere else in the project."""

Step = str | int
Files = dict[str, Any]
"""Summaries as plain values, by the path of their file."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A field for text: its file, its path in the file, and whether it is one line."""

    file: str
    path: tuple[Step, ...]
    one_line: bool
    cites: str = ""
    """The source, if the text is the locator of a citation."""

    def takes(self, text: str) -> str:
        """Return a text in the form that can be typed in this field."""
        return f"{self.cites} {collapsed(text) if self.one_line else text}".strip()


@functools.cache
def loaded() -> Summaries:
    return load(SUMMARIES)


def plain() -> Files:
    """Return a copy of the unchanged summaries."""
    return copy.deepcopy(_plain())


def _values(folder: Path) -> Files:
    names = (file.relative_to(folder).as_posix() for file in sorted(folder.rglob("*.yml")))
    return {name: read(folder / name, f"summaries/{name}").plain() for name in names}


@functools.cache
def _plain() -> Files:
    files = _values(SUMMARIES)
    home = files["explainer.yml"]
    for grounded in (*files["questions.yml"]["questions"], *home["answer"], *home["background"], *home["history"]):
        grounded.pop("rests_on", None)
        grounded.pop("asserts", None)
    return files


def put(files: Files, file: str, path: tuple[Step, ...], text: object) -> None:
    """Put a value at a path in a file."""
    value = files[file]
    for step in path[:-1]:
        value = value[step]
    value[path[-1]] = text


@functools.cache
def slots() -> tuple[Slot, ...]:
    """Return every field for text, including locators, but not party ids, codes, DOIs or site phrases."""
    return tuple(_slots(loaded()))


def _slots(summaries: Summaries) -> Iterator[Slot]:
    shapes: dict[str, Shape] = {"explainer.yml": summaries.settings, **summaries.records}
    shapes |= {f"claims/{source}": claims for source, claims in summaries.claims.items()}
    shapes["removed.yml"] = summaries.removals
    for name, shape in shapes.items():
        origin = summaries.origins[name]
        file = origin.document.path.removeprefix("summaries/")
        for path, text in texts(shape):
            if "rests_on" in path or "asserts" in path:
                continue  # quotes the exact words of texts that are replaced here
            if not (
                path[0] == "words"
                or path[-1] in ("language", "doi")
                or (path[-1] == "by" and text in summaries.records)
            ):
                yield Slot(file, (*origin.path, *path), isinstance(text, Line))
        for path, citation in citations(shape):
            yield Slot(file, (*origin.path, *path), one_line=True, cites=citation.source)


@functools.cache
def phrases() -> tuple[str, ...]:
    """Return the names of the site's own phrases."""
    return tuple(_names(read(ROOT / "templates" / "words" / "en.yml", "templates/words/en.yml").plain(), ""))


def _names(value: object, prefix: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _names(inner, f"{prefix}.{key}")
    else:
        yield prefix[1:]


def everywhere(text: str) -> Files:
    """Return the summaries with one text in every field. Titles get a number too, as a build refuses equal ones."""
    files = plain()
    for index, slot in enumerate(slots()):
        number = f" {index}" if slot.path[-1] in ("title", "name", "short") else ""
        put(files, slot.file, slot.path, before(slot) + slot.takes(text) + number)
    return files


def in_translations(texts: list[str]) -> Files:
    """Return the summaries of `two-languages` with texts as translations of all that has no links."""
    files = _values(TRANSLATED)
    slots = (text for name, file in files.items() if name.startswith("translations/") for text in file["texts"])
    for index, slot in enumerate(slot for slot in slots if slot.get("translation") and "[[" not in slot["original"]):
        slot["translation"] = f"{collapsed(texts[index % len(texts)])} {index}"
    return files


def before(slot: Slot) -> str:
    """Return the verdict with which the lead of the home page begins, and nothing for other fields."""
    return "Yes. " if slot.path == ("lead", "text") else ""


def between_terms(texts: list[str]) -> Files:
    """Return the summaries with texts between explained terms in all prose, at the start and the end of lines too."""
    files = plain()
    for index, slot in enumerate(slot for slot in slots() if not slot.one_line):
        text = texts[index % len(texts)]
        put(files, slot.file, slot.path, f"{before(slot)}DPRK {text} DPRK\n{text} the DPRK: {collapsed(text)}")
    return files


def with_phrases(texts: list[str]) -> Files:
    """Return the summaries with every site phrase replaced by one of the texts."""
    files = plain()
    own_phrases = {name: collapsed(texts[index % len(texts)]) for index, name in enumerate(phrases())}
    files["explainer.yml"]["words"] = own_phrases
    return files


def across_fields(title: Callable[[int, str], str]) -> Files:
    """Return the summaries with payloads in all fields, and with a party named after each payload."""
    payloads = list(PAYLOADS.values())
    files = plain()
    titles: set[str] = set()  # a build refuses two pages with one title
    offset = 0
    for index, slot in enumerate(slots()):
        is_title = slot.path[-1] in ("title", "name", "short")
        while is_title and payloads[(index + offset) % len(payloads)] in titles:
            offset += 1
        payload = payloads[(index + offset) % len(payloads)]
        if is_title:
            titles.add(payload)
        put(files, slot.file, slot.path, slot.takes(payload))
    rule = files["constraints/unsc-2375.yml"]  # only a paragraph that it has can be lifted
    rule["history"][-1]["paragraphs"] = [rule["provisions"][0]["para"]]
    for index, (name, payload) in enumerate(PAYLOADS.items()):
        party = {"name": title(index, payload), "kind": "organisation", "summary": payload}
        files[f"parties/payload-{name}.yml"] = {**party, "sources": [f"kbs-141830 {collapsed(payload)}"]}
    return files


def stand_in(payload: str, mark: object = "") -> str:
    """Return harmless words with as many paragraphs as the payload, and a leading digit if it has one.

    A digit matters because a numbered paragraph of a treaty is printed with the word "paragraph". Commas and "and"
    matter because items that contain them are separated by semicolons.
    """
    paragraphs = Text(payload).paragraphs
    digit = "7" if paragraphs[0][0].isdigit() else ""
    listed = next((f"{joint}so" for joint in (", ", " and ") if joint in payload), "")
    return digit + "\n\n".join(f"{WORD}{mark}{letter}{listed}" for letter in "abcdef"[: len(paragraphs)])


def restorer(payloads: Mapping[str, str]) -> Callable[[str], str]:
    """Return a function that replaces stand-ins by their payloads. `payloads` has them by mark."""
    paragraphs = {
        f"{WORD}{mark}{letter}": str(paragraph)
        for mark, payload in payloads.items()
        for letter, paragraph in zip("abcdef", Text(payload).paragraphs, strict=False)
    }
    return lambda text: collapsed(
        re.sub(rf"7?({WORD}\d*[a-f])(?:(?:, | and )so)?", lambda match: paragraphs[match[1]], text)
    )


def lay_out(files: Files, summaries: Path) -> None:
    """Write summaries. A string is written as the whole file."""
    for name, value in files.items():
        file = summaries / name
        file.parent.mkdir(parents=True, exist_ok=True)
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)  # which is YAML too
        file.write_text(text, encoding="utf-8")


def assembled(files: Files, root: Path) -> Assembly:
    """Lay out and assemble summaries."""
    lay_out(files, root / "summaries")
    with titles_may_be_equal():
        return assemble(_ProjectWithTemplates(root=root))


@contextmanager
def titles_may_be_equal() -> Iterator[None]:
    """Switch off the check for pages with one title: some payloads differ only in spaces or take each other's place."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("builder.inspection.same_titles", lambda plans, explainer: ())
        yield


class _ProjectWithTemplates(Project):
    """A project that uses the repository's templates in place, so that they are compiled only once."""

    @property
    def templates(self) -> Path:
        return ROOT / "templates"
