"""The records of an explainer as simple Markdown, as someone would lay them out for another generator.

A page for each record has its texts, its links to other records and links to its sources; each kind has a list. There
are no footnotes, no lists of sources, no timeline, no downloads and none of the checks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

KINDS: Final = ("stages", "visits", "projects", "constraints", "parties")
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LINK: Final = re.compile(r"\[\[([\w-]+)\]\]")

Made = Mapping[str, Any]
Address = Callable[[str, str], str]
"""The address of the page of a record, by its kind and its id, from the page of another record."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SimplePage:
    """A page: `parties/someone` or, for the list of a kind, `parties/`; the home page is the empty path."""

    path: str
    title: str
    body: str
    day: str = ""
    headline: str = ""


def simple_pages(summaries: Path, address: Address) -> Iterator[SimplePage]:
    """Yield a page for each record, a list for each kind, and the home page."""
    records: dict[str, dict[str, Made]] = {
        kind: {path.stem: yaml.load(path.read_bytes(), _LOADER) for path in sorted((summaries / kind).glob("*.yml"))}
        for kind in KINDS
    }
    files = sorted((*summaries.glob("sources.yml"), *summaries.glob("sources/*.yml")))
    listed = [source for file in files for source in yaml.load(file.read_bytes(), _LOADER)["sources"]]
    writer = _Writer(
        kinds={id: kind for kind, found in records.items() for id in found},
        labels={id: _label(made) for found in records.values() for id, made in found.items()},
        sources={source["id"]: source for source in listed},
        address=address,
    )
    for kind, found in records.items():
        for id, made in found.items():
            day, headline = made.get("date", ""), made.get("headline", "")
            body = "\n".join(writer.record(made))
            yield SimplePage(path=f"{kind}/{id}", title=_label(made), body=body, day=day, headline=headline)
        entries = sorted(found.items(), key=lambda item: (str(item[1].get("date", "")), _label(item[1])))
        rows = (f"- {writer.link(id)}: {made.get('date', '')} {made.get('headline', '')}" for id, made in entries)
        yield SimplePage(path=f"{kind}/", title=kind.capitalize(), body="\n".join(rows) + "\n")
    settings = yaml.load((summaries / "explainer.yml").read_bytes(), _LOADER)
    yield SimplePage(path="", title=settings["title"], body="\n".join(writer.record(settings)))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Writer:
    kinds: Mapping[str, str]
    labels: Mapping[str, str]
    sources: Mapping[str, Made]
    address: Address

    def record(self, made: Made) -> Iterator[str]:
        """The lines of a page."""
        for field, value in made.items():
            match value:
                case str() if field == "summary":
                    yield f"{self.text(value)} {self.cited(made)}\n"
                case {"text": _}:
                    yield f"{self.statement(value)}\n"
                case [str() as first, *_] if first in self.labels:
                    yield f"{_heading(field)}: {', '.join(map(self.link, value))}\n"
                case [{"text": _} | {"question": _} | {"value": _} | {"title": _}, *_]:
                    yield f"## {_heading(field)}\n"
                    yield from (line for item in value for line in self.item(item))
                    yield ""

    def item(self, made: Made) -> Iterator[str]:
        """An entry of a list."""
        if "answers" in made:
            yield f"- {made['question']} {made['why']}"
            yield from (f"    - {self.statement(answer)}" for answer in made["answers"])
        elif "text" in made:
            yield f"- {self.statement(made)}"
        else:
            yield f"- {made.get('label', '')} {made.get('value', '')} {made.get('title', '')} {self.cited(made)}"

    def statement(self, made: Made) -> str:
        """A statement with its day, who said it, and links to its sources."""
        day = f"{made['date']}: " if "date" in made else ""
        by = f" ({self.link(made['by'])})" if made.get("by") in self.labels else ""
        return f"{day}{self.text(made['text'])}{by} {self.cited(made)}"

    def text(self, text: str) -> str:
        return _LINK.sub(lambda found: self.link(found[1]), text)

    def link(self, id: str) -> str:
        return f"[{self.labels[id]}]({self.address(self.kinds[id], id)})"

    def cited(self, made: Made) -> str:
        sources: Sequence[str] = made.get("sources", ())
        links = (f"[{self.sources[id]['container']}]({self.sources[id]['URL']})" for id in sources)
        return f"({', '.join(links)})"


def _label(made: Made) -> str:
    label: str = made.get("title") or made["name"]
    return label


def _heading(field: str) -> str:
    return field.replace("_", " ").capitalize()
