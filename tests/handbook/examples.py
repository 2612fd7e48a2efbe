"""Runs the handbook's examples. An example names its file in its first line."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import markdown
from golden import ROOT, TESTS

from builder.checks.quality.findings import Finding, findings, gather_report
from builder.inspection import inspect
from builder.problems import Problem, SummaryError
from builder.project import Project
from builder.records.models.kinds import IN_LISTS
from builder.site.link_check import check_site

BASE = TESTS / "rules"


def problems_of(example: str, root: Path) -> tuple[Problem, ...]:
    """The problems reported for an example."""
    path, body = path_and_body(example)
    if path.startswith("docs/"):
        return problems_of_page(body, root)
    try:
        return inspect(lay_out(path, body, root)).warnings
    except SummaryError as error:
        return error.problems


def findings_of(example: str, root: Path) -> tuple[Finding, ...]:
    """What the report finds in an example, which has no problems."""
    return findings(gather_report(inspect(lay_out(*path_and_body(example), root)).explainer))


def path_and_body(example: str) -> tuple[str, str]:
    """The file that an example names, and the text below that."""
    first, _, body = example.partition("\n")
    return first.removeprefix("# ").removeprefix("<!-- ").removesuffix(" -->"), body


def lay_out(path: str, body: str, root: Path) -> Project:
    """Write an example into a copy of the explainer that the examples are about."""
    file = root / "summaries" / path
    shutil.copytree(BASE, root / "summaries")
    (root / "templates").symlink_to(ROOT / "templates")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(merged(file, body), "utf-8")
    if path.startswith("translations/"):
        settings = root / "summaries" / "explainer.yml"
        settings.write_text(settings.read_text("utf-8") + "languages: [ru]\n", "utf-8")
    return Project(root=root)


def merged(file: Path, body: str) -> str:
    """The example on its own or, if the file exists, merged into its fields or added to its list."""
    if not file.is_file():
        return body
    current = file.read_text("utf-8")
    if file.stem in {kind.kind_name for kind in IN_LISTS}:
        return current + body.partition("\n")[2]
    replaced = re.findall(r"^([\w-]+):", body, re.M)
    fields = re.split(r"^(?=[\w-]+:)", current, flags=re.M)
    return "".join(field for field in fields if field.partition(":")[0] not in replaced) + body


def problems_of_page(body: str, root: Path) -> tuple[Problem, ...]:
    """The problems reported for a page, in a site of two pages."""
    root.mkdir()
    (root / "pier.png").touch()
    (root / "talks.html").write_text(page("Talks", '<p id="end">The end.</p>'), "utf-8")
    (root / "index.html").write_text(page("Notes", markdown.markdown(body)), "utf-8")
    return check_site(root)


def page(title: str, body: str) -> str:
    return f"<!doctype html><html lang=en><head><title>{title}</title></head><body>{body}</body></html>"
