"""The command `links` as an editor runs it, with servers on loopback."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from command import contents, run
from golden import PYTHONPATH
from web_server import WebServer, serving

from builder import __version__

pytestmark = pytest.mark.usefixtures("without_proxies")

QUICKLY = ("--allow-local", "--pause", "0", "--timeout", "2")


@dataclass(frozen=True, kw_only=True, slots=True)
class Web:
    """A site with pages of every fate, and an archive with copies of some."""

    site: WebServer
    archive: WebServer
    project: Path

    def links(self, *words: str) -> subprocess.CompletedProcess[str]:
        done = run(self.project, "links", *QUICKLY, "--archive-api", f"{self.archive.address}/available", *words)
        assert "Traceback" not in done.stderr
        return subprocess.CompletedProcess(
            done.args, done.returncode, self._named(done.stdout), self._named(done.stderr)
        )

    def diff(self) -> str:
        return self._named(git(self.project, "diff", "--unified=0"))

    def _named(self, text: str) -> str:
        return text.replace(self.site.address, "http://site.example")


def git(folder: Path, *words: str) -> str:
    named = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", *named, *words], cwd=folder, capture_output=True, text=True, check=True).stdout


SOURCES = """\
  - {id: alive, type: webpage, title: Alive, standing: newspaper, URL: "HERE/alive"}
  - id: gone
    type: webpage
    title: Gone
    issued: 2019-04
    URL: HERE/gone  # read on paper
    # a comment
    standing: newspaper
  - id: gone-too
    type: webpage
    title: Gone too
    URL: HERE/gone-too
    archive: HERE/copy
    standing: newspaper
  - id: moved
    type: webpage
    title: Moved
    URL: HERE/moved
    standing: newspaper
  - id: unsure
    type: webpage
    title: Unsure
    URL: HERE/unsure
    standing: newspaper
"""


@pytest.fixture
def web(project: Path) -> Iterator[Web]:
    """The explainer's sources are those in SOURCES. It is a git repository."""
    with serving({}) as site, serving({}) as archive:
        here = site.address
        site.pages |= {
            "/alive": [{}],
            "/copy": [{}],
            "/moved": [{"status": 301, "to": "/new"}],
            "/new": [{}],
            "/unsure": [{"status": 403}],
        }
        copy = {"available": True, "status": "200", "timestamp": "20190430010203"}
        copy["url"] = f"http://web.archive.org/web/20190430010203/{here}/gone"
        found = json.dumps({"archived_snapshots": {"closest": copy}})
        asked = f"/available?url={here.replace(':', '%3A').replace('/', '%2F')}%2Fgone&timestamp=20190430"
        archive.pages |= {asked: [{"body": found}], "*": [{"body": '{"archived_snapshots": {}}'}]}
        file = project / "summaries" / "sources.yml"
        kept = file.read_text("utf-8").replace("    URL: https://fishnews.ru/news/36329\n", "")
        file.write_text(kept + SOURCES.replace("HERE", here), "utf-8")
        with (project / "mkdocs.yml").open("a", encoding="utf-8") as config:
            config.write("repo_url: https://git.example/someone/talks\n")
        git(project, "init", "--quiet")
        git(project, "add", "--all")
        git(project, "commit", "--quiet", "--message", "Start")
        yield Web(site=site, archive=archive, project=project)


REPORT = """\
Asked 6 addresses of 5 sources: 2 gone, 1 moved, 1 unsure, 2 alive.

Gone (2)
  summaries/sources.yml:22:10: URL of gone, http://site.example/gone: answers 404 (not found); \
copy of 2019-04-30: https://web.archive.org/web/20190430010203/http://site.example/gone
  summaries/sources.yml:28:10: URL of gone-too, http://site.example/gone-too: answers 404 (not found)

Moved (1)
  summaries/sources.yml:34:10: URL of moved, http://site.example/moved: has moved to http://site.example/new; \
no archived copy was found

Unsure (1)
  summaries/sources.yml:39:10: URL of unsure, http://site.example/unsure: answers 403 (forbidden)
"""


def test_links_reports_every_address_that_is_not_alive_and_writes_nothing(web: Web) -> None:
    before = contents(web.project)
    found = web.links()
    assert (found.returncode, found.stdout, found.stderr) == (0, REPORT, "")
    assert contents(web.project) == before
    assert {headers["User-Agent"] for headers in web.site.log.headers + web.archive.log.headers} == {
        f"explainer/{__version__} (+https://git.example/someone/talks)"
    }


def test_links_writes_new_addresses_and_copies_and_nothing_else(web: Web) -> None:
    found = web.links("--write")
    assert (found.returncode, found.stdout, found.stderr) == (0, REPORT, "Changed summaries/sources.yml.\n")
    head, _, changes = web.diff().partition("+++ b/summaries/sources.yml\n")
    assert head.startswith("diff --git a/summaries/sources.yml b/summaries/sources.yml\n")
    assert changes == (
        "@@ -22,0 +23 @@ sources:\n"
        "+    archive: https://web.archive.org/web/20190430010203/http://site.example/gone\n"
        "@@ -34 +35 @@ sources:\n"
        "-    URL: http://site.example/moved\n"
        "+    URL: http://site.example/new\n"
    )
    assert run(web.project, "check").returncode == 0


def test_links_as_markdown(web: Web) -> None:
    found = web.links("--format", "markdown", "--only", "unsure", "--only", "moved")
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout == (
        "Asked 2 addresses of 2 sources: 1 moved, 1 unsure.\n"
        "\n"
        "### Moved (1)\n"
        "\n"
        "- `summaries/sources.yml:34:10`: URL of `moved`, `http://site.example/moved`: "
        "has moved to `http://site.example/new`; no archived copy was found\n"
        "\n"
        "### Unsure (1)\n"
        "\n"
        "- `summaries/sources.yml:39:10`: URL of `unsure`, `http://site.example/unsure`: answers 403 (forbidden)\n"
    )


def test_links_as_json_says_what_was_written(web: Web) -> None:
    found = web.links("--format", "json", "--only", "gone", "--write")
    assert found.returncode == 0
    assert json.loads(found.stdout) == {
        "format": 1,
        "counts": {"gone": 1, "moved": 0, "unsure": 0, "alive": 0},
        "addresses": [
            {
                "source": "gone",
                "field": "URL",
                "path": "summaries/sources.yml",
                "line": 22,
                "column": 10,
                "address": "http://site.example/gone",
                "state": "gone",
                "reason": "answers 404 (not found)",
                "to": "",
                "copy": {
                    "address": "https://web.archive.org/web/20190430010203/http://site.example/gone",
                    "day": "2019-04-30",
                    "missing": "",
                },
            }
        ],
        "written": ["summaries/sources.yml"],
    }


def test_with_archive_a_copy_is_looked_up_for_every_page_without_one(web: Web) -> None:
    found = web.links("--archive", "--only", "alive", "--only", "unsure", "--only", "gone-too")
    assert found.stdout == (
        "Asked 4 addresses of 3 sources: 1 gone, 1 unsure, 2 alive.\n"
        "\n"
        "Gone (1)\n"
        "  summaries/sources.yml:28:10: URL of gone-too, http://site.example/gone-too: answers 404 (not found)\n"
        "\n"
        "Unsure (1)\n"
        "  summaries/sources.yml:39:10: URL of unsure, http://site.example/unsure: answers 403 (forbidden); "
        "no archived copy was found\n"
        "\n"
        "Alive, without an archived copy so far (1)\n"
        "  summaries/sources.yml:17:72: URL of alive, http://site.example/alive; no archived copy was found\n"
    )
    assert len(web.archive.log.requests) == 2


def test_nothing_is_asked_or_written_while_the_summaries_have_problems(web: Web) -> None:
    file = web.project / "summaries" / "sources.yml"
    file.write_text(file.read_text("utf-8").replace("title: Moved", "titel: Moved"), "utf-8")
    before = contents(web.project)
    found = web.links("--write")
    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr == (
        "summaries/sources.yml:33:5: unknown field 'titel' (did you mean 'title'?) [unknown-field]\n"
        "1 problem; nothing was changed.\n"
    )
    assert (web.site.log.requests, contents(web.project)) == ([], before)


def test_if_one_change_can_not_be_made_none_is(web: Web) -> None:
    file = web.project / "summaries" / "sources.yml"
    here = web.site.address
    file.write_text(file.read_text("utf-8").replace(f"{here}/moved", f">-\n      {here}/moved"), "utf-8")
    before = contents(web.project)
    found = web.links("--write")
    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr == (
        "summaries/sources.yml:34:10: the field 'URL' of 'moved' can't be changed in place "
        "(write it by hand: URL: http://site.example/new) [not-written]\n"
        "1 problem; nothing was changed.\n"
    )
    assert contents(web.project) == before


def test_an_unknown_source_is_wrong_usage(web: Web) -> None:
    found = web.links("--only", "movd")
    assert found.returncode == 2
    assert "Error: Invalid value for --only: there is no source 'movd': did you mean 'moved'?\n" in found.stderr
    assert web.site.log.requests == []


def test_private_addresses_are_asked_only_if_that_is_allowed(web: Web) -> None:
    found = run(web.project, "links", "--pause", "0", "--only", "gone")
    assert found.returncode == 0
    assert found.stdout.replace(web.site.address, "http://site.example") == (
        "Asked 1 address of 1 source: 1 unsure.\n"
        "\n"
        "Unsure (1)\n"
        "  summaries/sources.yml:22:10: URL of gone, http://site.example/gone: a private address\n"
    )
    assert web.site.log.requests == []


def command(web: Web) -> list[str]:
    api = ["--archive-api", f"{web.archive.address}/available"]
    return [sys.executable, "-m", "builder", "links", "--only", "moved", *QUICKLY, *api]


def test_progress_is_shown_in_a_terminal(web: Web) -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": PYTHONPATH}
    done = subprocess.run(
        command(web), cwd=web.project, env=environment, stdout=subprocess.PIPE, stderr=theirs, text=True, check=True
    )
    os.close(theirs)
    assert os.read(ours, 1000) == b"\rAsked 1 of 1 addresses\r\n"
    os.close(ours)
    assert done.stdout.startswith("Asked 1 address of 1 source: 1 moved.\n")


def test_an_interrupt_does_not_wait_for_answers(web: Web) -> None:
    web.site.pages["/moved"] = [{"delay": 60}]
    environment = {**os.environ, "PYTHONPATH": PYTHONPATH}
    process = subprocess.Popen(
        [*command(web), "--timeout", "60"],
        cwd=web.project,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert web.site.log.was_asked.wait(20)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, "", "\nStopped.\n")
