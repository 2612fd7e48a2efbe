"""What the builder fills in on pages written by hand: a name between double braces, such as `{{ contact }}`.

It is no template: a name is replaced by a text, and nothing else happens. Names in code stay as they are.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

from builder.problems import Location, Problem, one_of

PLACEHOLDERS: Final = {
    "contact": "where to write to the editors: `contact` of the explainer",
    "counting_rule": "how meetings are counted: `counting_rule` of the explainer, or the site's own words",
    "repository": "the address of the repository: `repo_url` of mkdocs.yml",
    "branch": "the branch that pages are edited on, as `edit_uri` of mkdocs.yml names it",
    "files": "where the explainer's files can be read on that branch, without a slash at its end",
}
"""Every name, and what takes its place."""


def filled(markdown: str, values: Mapping[str, str]) -> str:
    """Put the values in their places. A line with a name that has no value is left out; unknown names stay."""

    def value(match: re.Match[str]) -> str:
        name = match["name"]
        return match[0] if name is None or name not in PLACEHOLDERS else values.get(name) or _NOTHING

    text = _NAMES.sub(value, markdown)
    return (
        "".join(line for line in text.splitlines(keepends=True) if _NOTHING not in line) if _NOTHING in text else text
    )


def unknown_placeholders(docs: Path, generated: Collection[str]) -> Iterator[Problem]:
    """Names on pages written by hand that the builder does not know. `generated` are its own pages, below docs/."""
    for path in _pages(docs, ""):
        if path not in generated:
            markdown = (docs / path).read_text(encoding="utf-8", errors="replace")
            if not markdown.startswith(_SEAL):
                yield from _unknown(markdown, f"{docs.name}/{path}")


def _unknown(markdown: str, path: str) -> Iterator[Problem]:
    front = _FRONT_MATTER.match(markdown)  # titles stay as they were typed
    for match in _NAMES.finditer(markdown, front.end() if front else 0):
        if (name := match["name"]) is not None and name not in PLACEHOLDERS:
            before = markdown[: match.start()]
            yield Problem(
                location=Location(path, before.count("\n") + 1, len(before) - before.rfind("\n")),
                rule="unknown-placeholder",
                message=f"nothing is known to fill in for '{name}'",
                hint=one_of(name, PLACEHOLDERS),
            )


def _pages(folder: Path, prefix: str) -> Iterator[str]:
    """The Markdown files below a folder; links are not followed."""
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _pages(Path(entry.path), f"{prefix}{entry.name}/")
            elif entry.is_file(follow_symlinks=False) and entry.name.endswith(".md"):
                yield prefix + entry.name


_FRONT_MATTER = re.compile(r"---[ \t]*\n.*?^(?:---|\.\.\.)[ \t]*$", re.MULTILINE | re.DOTALL)
_SEAL = "---\nseal: "
_NOTHING = "\ufdd0"  # no text has it: it is no character
_NAMES = re.compile(
    r"^ {0,3}(?P<fence>```+|~~~+).*?(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)"
    r"|\{\{[ \t]*(?P<name>[^\s{}]+)[ \t]*\}\}",
    re.MULTILINE | re.DOTALL,
)
"""Code, which is passed over, or a name between double braces."""
