"""Placeholders on hand-written pages: names between double braces, such as `{{ contact }}`.

This is not a template language: a name is replaced by a text, and nothing else happens. Names in code are left alone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

from builder.problems import Location, Problem, one_of

PLACEHOLDERS: Final = {
    "question": "the question that the explainer answers",
    "contact": "how to reach the editors: `contact` of the explainer",
    "counting_rule": "how meetings are counted: `counting_rule` of the explainer, or the site's own phrase",
    "repository": "the address of the repository: `repo_url` of mkdocs.yml",
    "branch": "the branch on which pages are edited, from `edit_uri` of mkdocs.yml",
    "files": "the address of the explainer's files on that branch, without a slash at its end",
}
"""Every name, and what replaces it."""


def fill_placeholders(markdown: str, values: Mapping[str, str]) -> str:
    """Replace placeholders by their values. Unknown names stay. Lines with a known name without a value are removed."""

    def replacement(match: re.Match[str]) -> str:
        name = match["name"]
        return match[0] if name is None or name not in PLACEHOLDERS else values.get(name) or _NO_VALUE

    text = _NAMES.sub(replacement, markdown)
    return (
        "".join(line for line in text.splitlines(keepends=True) if _NO_VALUE not in line) if _NO_VALUE in text else text
    )


def unknown_placeholders(docs: Path, generated: Collection[str]) -> Iterator[Problem]:
    """Yield a problem for each unknown name on hand-written pages. `generated` are the builder's pages, below docs/."""
    for path in _pages(docs, ""):
        if path not in generated:
            markdown = (docs / path).read_text(encoding="utf-8", errors="replace")
            if not markdown.startswith(_SEAL):
                yield from _unknown(markdown, f"{docs.name}/{path}")


def _unknown(markdown: str, path: str) -> Iterator[Problem]:
    front = _FRONT_MATTER.match(markdown)  # front matter is not filled in
    for match in _NAMES.finditer(markdown, front.end() if front else 0):
        if (name := match["name"]) is not None and name not in PLACEHOLDERS:
            before = markdown[: match.start()]
            yield Problem(
                location=Location(path, before.count("\n") + 1, len(before) - before.rfind("\n")),
                rule="unknown-placeholder",
                message=f"unknown placeholder '{name}'",
                hint=one_of(name, PLACEHOLDERS),
            )


def _pages(folder: Path, prefix: str) -> Iterator[str]:
    """Yield the Markdown files below a folder, without following links."""
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
_NO_VALUE = "\ufdd0"  # not a character, so that no text contains it
_NAMES = re.compile(
    r"^ {0,3}(?P<fence>```+|~~~+).*?(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)"
    r"|\{\{[ \t]*(?P<name>[^\s{}]+)[ \t]*\}\}",
    re.MULTILINE | re.DOTALL,
)
"""Code, which is skipped, or a name between double braces."""
