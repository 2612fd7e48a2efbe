"""`explainer init`: from the wheel, in an empty folder, without the repository and without the network."""

from __future__ import annotations

import html
import itertools
import os
import re
import signal
import subprocess
import sys
import urllib.request
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml
from command import as_printed, contents, run
from conftest import free_port
from golden import PYTHONPATH, ROOT, SITES
from wheel import build_wheel, call, environment_at

from builder.hosting.starting import NewExplainer, files_of, sealed_files
from builder.inspection import inspect
from builder.project import Project
from builder.system.clock import today

GIVEN = ("--title", "The “talks”: a story", "--question", "Will they last?", "--contact", "us@example.org")
HANDBOOK = len(list((ROOT / "docs" / "handbook").glob("*.md")))
STEPS = (ROOT / "templates" / "init" / "hosts" / "github" / "publish.md").read_text("utf-8")


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An explainer that the installed wheel has started, in a folder with a space in its name; what it printed."""
    folder = tmp_path_factory.mktemp("a host")
    tools = environment_at(folder / "tools")
    wheel = build_wheel(folder / "dist")
    installed = call(folder, tools / "pip", "install", "--quiet", "--no-deps", wheel)
    assert installed.returncode == 0, installed.stderr
    done = call(folder, tools / "explainer", "init", "the talks", "--yes", *GIVEN)
    assert (done.returncode, done.stderr) == (0, "")
    environment_at(folder / "the talks" / ".venv")
    return folder / "the talks", done.stdout


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """An explainer, and the results of `make site` and `make test` in it."""

    folder: Path
    site: subprocess.CompletedProcess[str]
    tested: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def made(started: tuple[Path, str]) -> Made:
    folder, _ = started
    call(folder, "git", "init", "--quiet")
    call(folder, "git", "add", "--all")
    return Made(folder=folder, site=call(folder, "make", "site"), tested=call(folder, "make", "test"))


def test_it_says_what_it_wrote_and_how_to_go_on(started: tuple[Path, str]) -> None:
    folder, said = started
    assert said == (
        f"Wrote 36 files into {folder}.\n\n"
        "Next:\n  cd 'the talks'\n"
        "  make serve    # preview it at http://127.0.0.1:8000\n"
        "  make test     # check everything\n\n"
        f"To publish it:\n{STEPS}"
    )


def test_make_site_and_make_test_pass_at_once(made: Made) -> None:
    assert (made.site.returncode, made.tested.returncode) == (0, 0), made.site.stderr + made.tested.stderr
    count = 10 + HANDBOOK
    said = rf"Installing the builder \.\.\.\nChecked 1 source\.\nBuilt {count} pages in [\d.]+ s: site/index\.html\n"
    assert re.fullmatch(said, made.site.stdout)
    assert made.tested.stdout.startswith("All is well: 1 source.\n")
    home = (made.folder / "site" / "index.html").read_text("utf-8")
    assert 'id="ways"' not in home  # there is nothing to look up yet
    about = html.unescape((made.folder / "site" / "about" / "index.html").read_text("utf-8"))
    assert "answers one question about it: Will they last?" in about
    assert 'href="mailto:us@example.org"' in about


def test_git_sees_nothing_but_what_was_written(made: Made) -> None:
    status = call(made.folder, "git", "status", "--porcelain", "--untracked-files=all")
    assert [line for line in status.stdout.splitlines() if not line.startswith("A  ")] == []


def test_the_first_explainer_is_nowhere_in_it(made: Made) -> None:
    """Neither in what was written nor in what was built: no name of its records, in any spelling, and no id."""
    names = names_in(SITES / "every-field" / "summaries") | names_in(SITES / "one-of-each" / "summaries")
    assert {"Kim Jong-un", "kim-jong-un", "Vladivostok"} <= names
    wanted = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)")
    texts = {
        path: html.unescape(data.decode("utf-8"))
        for path, data in contents(made.folder).items()
        if not path.startswith((".venv/", ".git/", ".cache/", "wheels/", "site/assets/"))
        and not path.endswith((".png", ".gz"))
    }
    assert len(texts) > 60
    assert {path: match[0] for path, text in texts.items() if (match := wanted.search(text))} == {}


def test_the_preview_shows_the_examples(started: tuple[Path, str], without_proxies: None) -> None:
    """The plugin brings the pages up to date, without the hook."""
    folder, _ = started
    assert call(folder, "make", "install").returncode == 0
    process = subprocess.Popen(
        [folder / ".venv" / "bin" / "explainer", "serve", "--port", str(port := free_port())],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    with process.stdout as output:
        said = list(itertools.takewhile(lambda line: "Serving on" not in line, output))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/visits/spring-talks/") as answer:
            page = answer.read().decode("utf-8")
        os.killpg(process.pid, signal.SIGINT)
        rest = output.read()
    process.wait(timeout=60)
    assert "This page is a draft. Only the preview shows it." in page
    assert "warning" not in "".join(said)
    assert rest.strip() == "Stopped."


def names_in(summaries: Path) -> set[str]:
    """The names of people, states, organisations and places, in every spelling."""
    found: set[str] = set()
    for path in summaries.glob("parties/*.yml"):
        party = yaml.safe_load(path.read_text("utf-8"))
        found.update([path.stem, party["name"], *party.get("also_written", ()), *party.get("native", {}).values()])
    for place in yaml.safe_load((summaries / "places.yml").read_text("utf-8"))["places"]:
        found.add(place["name"])
    return found


def test_every_example_is_a_draft_that_can_be_published(tmp_path: Path) -> None:
    """There is one of each kind of record, and none has a problem, even if it is published."""
    root = tmp_path / "talks"
    for path, data in files_of(NewExplainer(title="A", question="B?", contact="mailto:a@b.org"), today()).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    assert {kind: count for kind, count in inspect(Project(root=root)).counts.items() if count} == {"sources": 1}
    with_drafts = inspect(Project(root=root), drafts=True)
    assert min(with_drafts.counts.values()) > 0
    assert with_drafts.explainer.claims.keys() == {"times-20240301"}
    for file in (root / "summaries").rglob("*.yml"):
        file.write_text(re.sub(r"^ *draft: true\n", "", file.read_text("utf-8"), flags=re.M), "utf-8")
    assert inspect(Project(root=root)).warnings == ()


@pytest.mark.parametrize(
    ("present", "said"),
    [
        (["README.md"], "'talks' is not empty: README.md would be in the way. Name another folder, or move them"),
        (
            [*"abcdefg"],
            "'talks' is not empty: a, b, c, d, e and 2 more would be in the way. Name another folder, or move them",
        ),
    ],
)
def test_what_is_in_the_way_is_named_and_nothing_is_written(present: list[str], said: str, tmp_path: Path) -> None:
    (tmp_path / "talks").mkdir()
    for name in present:
        (tmp_path / "talks" / name).write_text("mine")
    done = run(tmp_path, "init", "talks", "--yes", *GIVEN)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"Error: {said}\n")
    assert contents(tmp_path) == {f"talks/{name}": b"mine" for name in present}


def test_a_new_repository_of_git_is_not_in_the_way(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path / "talks")], check=True)
    assert run(tmp_path / "talks", "init", "--yes", *GIVEN).returncode == 0


def test_a_file_in_place_of_the_folder_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "talks").write_text("mine")
    done = run(tmp_path, "init", "talks", "--yes", *GIVEN)
    assert (done.returncode, (tmp_path / "talks").read_text()) == (2, "mine")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "--title, --question, --contact are needed"),
        (GIVEN[:4], "--contact is needed"),
        (
            [*GIVEN, "--language", "english", "--address", "talks.example.org", "--branch", "a b"],
            "language: 'english' is not a language code (write en)\n"
            "       address: talks.example.org is not a web address (such as https://talks.example.org/)\n"
            "       branch: a b is not the name of a branch (such as main)",
        ),
    ],
)
def test_wrong_and_missing_values_are_all_named(given: list[str], said: str, tmp_path: Path) -> None:
    done = run(tmp_path, "init", "talks", "--yes", *given)
    assert (done.returncode, as_printed(done.stderr)) == (2, f"Error: {said}\n")
    assert contents(tmp_path) == {}


ANSWERS = ["", "The talks", "Will they last?", "us", "us@example.org", "", "talks.example.org", "https://example.org"]
"""What is typed: an empty title, an address that is none, and so on, each followed by a right one."""


def test_in_a_terminal_it_asks_for_what_is_not_given_until_it_is_right(tmp_path: Path) -> None:
    terminal, inside = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "builder", "init", "talks"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": PYTHONPATH},
        stdin=inside,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        os.write(terminal, "".join(f"{answer}\n" for answer in ANSWERS).encode())
        said, _ = process.communicate(timeout=60)
    os.close(terminal)
    os.close(inside)
    assert process.returncode == 0, said
    assert said.partition("Wrote")[0] == (
        "What is the explainer called? (such as Talks about the ferry, 2023–2024)\n"
        "> > "
        "Which question does it answer? (such as Will the ferry sail again?)\n"
        "> "
        "How do readers reach the editors? (an e-mail address or a web address)\n"
        "> Error: 'us' is not an http or https address (an address such as https://example.org/page)\n"
        "> "
        "Which language is it in? (a code such as en, en-GB or fr)\n"
        "> [en] "
        "At which address will the site be? (leave it empty if the host decides)\n"
        "> Error: talks.example.org is not a web address (such as https://talks.example.org/)\n"
        "> "
    )
    settings = yaml.safe_load((tmp_path / "talks" / "summaries" / "explainer.yml").read_text("utf-8"))
    assert [settings[name] for name in ("title", "question", "contact", "language")] == [
        "The talks",
        "Will they last?",
        "mailto:us@example.org",
        "en",
    ]
    config = (tmp_path / "talks" / "mkdocs.yml").read_text("utf-8")
    assert 'site_url: !ENV [SITE_URL, "https://example.org/"]' in config


@pytest.mark.parametrize(
    ("host", "pipeline", "edit"),
    [
        ("github", ".github/workflows/site.yml", "edit/trunk/docs/"),
        ("gitlab", ".gitlab-ci.yml", "-/edit/trunk/docs/"),
        ("forgejo", ".forgejo/workflows/site.yml", "_edit/trunk/docs/"),
        ("none", "", "edit/trunk/docs/"),
    ],
)
def test_each_host_gets_its_pipeline_its_links_and_its_steps(
    host: str, pipeline: str, edit: str, tmp_path: Path
) -> None:
    done = run(tmp_path, "init", "--yes", *GIVEN, "--host", host, "--branch", "trunk")
    assert done.returncode == 0, done.stderr
    hidden = {path for path in contents(tmp_path) if path.startswith((".git", ".forgejo")) and path != ".gitignore"}
    others = ("ISSUE_TEMPLATE", "pull_request_template", "workflows/form", "workflows/links")
    assert {path for path in hidden if not any(other in path for other in others)} == set(filter(None, [pipeline]))
    assert f'edit_uri: !ENV [EDIT_URI, "{edit}"]' in (tmp_path / "mkdocs.yml").read_text("utf-8")
    steps = (ROOT / "templates" / "init" / "hosts" / host / "publish.md").read_text("utf-8")
    assert steps in done.stdout
    assert steps.strip() in (tmp_path / "README.md").read_text("utf-8")


def test_whatever_is_in_the_title_the_files_say_it(tmp_path: Path) -> None:
    title = """A: "quoted" 'title' # no comment, {braces} @today@ \\ – 조선"""
    done = run(tmp_path, "init", "--yes", *GIVEN, "--title", title)
    assert done.returncode == 0, done.stderr
    settings = yaml.safe_load((tmp_path / "summaries" / "explainer.yml").read_text("utf-8"))
    config = (tmp_path / "mkdocs.yml").read_text("utf-8").replace("!ENV", "")
    assert (settings["title"], yaml.safe_load(config)["site_name"]) == (title, title)


def test_for_a_language_without_words_the_english_ones_are_there_to_be_translated(tmp_path: Path) -> None:
    done = run(tmp_path, "init", "--yes", *GIVEN, "--language", "nl")
    assert "The builder has no words for 'nl' yet: translate templates/words/nl.yml.\n" in done.stdout
    assert (tmp_path / "templates/words/nl.yml").read_bytes() == (ROOT / "templates/words/en.yml").read_bytes()
    assert inspect(Project(root=tmp_path)).warnings == ()
    assert "\n  language: nl\n" in (tmp_path / "mkdocs.yml").read_text("utf-8")


IN_LANGUAGES = sorted(path.name for path in (ROOT / "templates" / "init" / "languages").iterdir())
TRANSLATED = sorted(path.stem for path in (ROOT / "templates" / "words").glob("*.yml") if path.stem != "en")


def test_pages_written_by_hand_begin_in_every_language_that_the_builder_has_words_for() -> None:
    assert IN_LANGUAGES == TRANSLATED


@pytest.mark.parametrize("language", [*IN_LANGUAGES, "ru-BY"])
@pytest.mark.parametrize("name", ["about", "method"])
def test_a_page_written_by_hand_begins_in_the_language_of_the_site(name: str, language: str) -> None:
    new = NewExplainer(title="Talks", question="Why?", contact="https://example.org/", language=language, host="none")
    files, english = (files_of(each, today()) for each in (new, replace(new, language="en")))
    page, original = (each[f"docs/{name}.md"].decode() for each in (files, english))
    assert page != original
    assert "# Machine-translated, and not yet read by a native speaker.\n" in page
    for pattern in (r"^#+ ", r"\{\{ \w+ \}\}", r"\]\((?!http)[^)]*\)"):
        found, wanted = (re.findall(pattern, each.partition("\n---\n")[2], re.M) for each in (page, original))
        assert found == wanted
    title = re.search(r"^title: (.+)$", page, re.M)
    assert title
    assert f"    - {title[1]}: {name}.md\n" in files["mkdocs.yml"].decode()


@pytest.mark.parametrize("language", IN_LANGUAGES)
def test_a_page_written_by_hand_quotes_the_site_as_it_says_it(language: str) -> None:
    """What is in italics stands on the site: with a number of its own, and perhaps with a capital."""
    words = yaml.safe_load((ROOT / "templates" / "words" / f"{language}.yml").read_text("utf-8"))
    phrases = [*words["sources"].values(), *words["check"].values(), words["cite"]["title"]]
    forms = [form for phrase in phrases for form in (phrase.values() if isinstance(phrase, dict) else [phrase])]
    said = {re.sub(r"\{count\}|\d+", "#", form).casefold() for form in forms}
    for name in ("about", "method"):
        page = (ROOT / "templates" / "init" / "languages" / language / "docs" / f"{name}.md").read_text("utf-8")
        quoted = re.findall(r"\*([^*]+)\*", page)
        assert quoted
        assert [each for each in quoted if re.sub(r"\d+", "#", each).casefold() not in said] == []


def test_the_makefile_needs_what_this_repository_needs() -> None:
    assert b"They need make, git and Python 3.11.2 or newer." in sealed_files("github")["Makefile"]
