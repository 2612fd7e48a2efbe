"""Links to the repository follow `repo_url` and `edit_uri` on any host, or are left out."""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from golden import SITES, furnish

from builder.site.build import build

COMMIT = "0123456789ab"
HOSTS: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "hosts.yml").read_text("utf-8"))
PAGES = ("visits/kim-putin-vladivostok", "meetings", "about")
WORDS = "\n\nRepository: {{ repository }}\n\nBranch: {{ branch }}\n\nFiles: {{ files }}\n"


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS.keys())
def test_every_link_to_the_repository_follows_mkdocs_yml(
    host: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMIT", COMMIT)
    project = furnish(tmp_path)
    shutil.copytree(SITES / "every-field" / "summaries", project.summaries)
    config = re.sub(r"^(repo_url|edit_uri):.*\n", "", project.config.read_text("utf-8"), flags=re.M)
    settings = "".join(f"{name}: {yaml.safe_dump(value)}" for name, value in host["settings"].items())
    project.config.write_text(settings.replace("...\n", "") + config, "utf-8")
    with (project.docs / "about.md").open("a", encoding="utf-8") as about:
        about.write(WORDS)

    site = build(project).site

    pages = {path: (site / path / "index.html").read_text("utf-8") for path in PAGES}
    pencils = {path: re.findall(r'<a href="([^"]*)"[^>]* rel="edit">', page) for path, page in pages.items()}
    assert {path: [html.unescape(link) for link in found] for path, found in pencils.items() if found} == {
        path: [link] for path, link in host["edit"].items()
    }
    assert {path: links for path, page in pages.items() if (links := version_links(page))} == host["version"]
    lines = re.findall(r"<p>(?:Repository|Branch|Files): (.*)</p>", pages["about"])
    assert lines == host["filled"]
    assert ("Repository: " in pages["about"]) is bool(
        host["filled"]
    )  # a line is left out if its placeholder has no value
    assert "{{" not in pages["about"]


def version_links(page: str) -> list[str]:
    """The links in the line at the foot of a page that names the version."""
    line = re.search(r'<p class="asof">Version .*</p>', page)
    assert line
    return [html.unescape(link) for link in re.findall(r'href="([^"]*)"', line[0])]
