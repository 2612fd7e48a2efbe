"""The package as it is published: it holds what the builder reads, and works in a folder that has none of it."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

import pytest
from command import contents
from golden import EXPLAINER, HAND_WRITTEN, ROOT, furnish
from wheel import build_wheel, run_installed, unpack, unpack_sources

from builder.site.build import build

HANDBOOK = len(list((ROOT / "docs" / "handbook").glob("*.md")))
"""How many pages the handbook has, which is on the site too."""

COUNTS = "4 stages, 18 visits, 3 projects, 2 constraints, 28 parties, 15 places, 169 sources, 7 terms, 3 questions"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def package(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack(wheel, tmp_path_factory.mktemp("package"))


@pytest.fixture
def explainer(tmp_path: Path) -> Path:
    """The complete mini-explainer, without templates, and with as little in mkdocs.yml as works."""
    root = tmp_path / "the talks"
    shutil.copytree(EXPLAINER / "summaries", root / "summaries")
    (root / "docs").mkdir()
    for page in HAND_WRITTEN:
        shutil.copy(EXPLAINER / "docs" / page, root / "docs")
    (root / "mkdocs.yml").write_text(without_defaults((EXPLAINER / "mkdocs.yml").read_text("utf-8")), "utf-8")
    return root


def without_defaults(config: str) -> str:
    """Remove from mkdocs.yml what the plugin adds, and name the plugin."""
    for block in ("extra_css", "plugins", "hooks", "markdown_extensions", "validation", "  features"):
        indent = block[: len(block) - len(block.lstrip())]
        config, count = re.subn(rf"^{block}:\n(?:{indent}  .*\n)+", "", config, flags=re.M)
        assert count == 1, block
    for line in ("custom_dir", "font", "favicon", "logo"):
        config, count = re.subn(rf"^  {line}: .*\n", "", config, flags=re.M)
        assert count == 1, line
    return f"{config}\nplugins:\n  - search\n  - explainer\n"


def test_the_wheel_holds_what_the_builder_reads_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = {name for name in packed.namelist() if ".dist-info/" not in name}
    modules = [path for path in (ROOT / "builder").rglob("*") if path.suffix in (".py", ".geojson")]
    templates = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]
    assert names == {
        *(path.relative_to(ROOT).as_posix() for path in modules),
        *(f"builder/{path.relative_to(ROOT).as_posix()}" for path in templates),
        *(f"builder/docs/handbook/{path.name}" for path in (ROOT / "docs" / "handbook").iterdir()),
        *(f"builder/.github/ISSUE_TEMPLATE/{path.name}" for path in (ROOT / ".github" / "ISSUE_TEMPLATE").iterdir()),
        *(
            f"builder/.github/{name}"
            for name in ("pull_request_template.md", "workflows/form.yml", "workflows/links.yml")
        ),
        *("builder/CHANGELOG.md", "builder/requirements.txt", "builder/requirements-renderers.txt"),
    }


def test_the_source_distribution_gives_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    (folder,) = unpack_sources(tmp_path).iterdir()
    with zipfile.ZipFile(wheel) as packed, zipfile.ZipFile(build_wheel(tmp_path / "again", sources=folder)) as again:
        assert {name: again.read(name) for name in again.namelist()} == {
            name: packed.read(name) for name in packed.namelist()
        }


def test_check_and_build_work_in_a_folder_without_templates(package: Path, explainer: Path) -> None:
    checked = run_installed(package, "builder", explainer, "check")
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, f"All is well: {COUNTS}.\n", "")
    built = run_installed(package, "builder", explainer, "build")
    assert built.returncode == 0, built.stderr
    assert re.fullmatch(
        rf"Checked {COUNTS}\.\nBuilt {83 + HANDBOOK} pages in [\d.]+ s: site/index\.html\n", built.stdout
    )


def test_the_plugin_makes_the_same_site_as_the_settings_that_it_stands_for(
    package: Path, explainer: Path, tmp_path: Path
) -> None:
    """Byte for byte, with `explainer build` and with plain MkDocs."""
    (tmp_path / "explicit").mkdir()
    explicit = furnish(tmp_path / "explicit")
    for docs in (explicit.docs, explainer / "docs"):
        shutil.copytree(ROOT / "docs" / "handbook", docs / "handbook")
    shutil.copytree(EXPLAINER / "summaries", explicit.summaries)
    expected = contents(build(explicit).site)
    assert run_installed(package, "builder", explainer, "build").returncode == 0
    assert contents(explainer / "site") == expected
    plain = run_installed(package, "mkdocs", explainer, "build", "--strict", "--site-dir", "plain")
    assert plain.returncode == 0, plain.stderr
    assert without_manifest(contents(explainer / "plain")) == without_manifest(expected)


def without_manifest(site: dict[str, bytes]) -> dict[str, bytes]:
    """Without the list of files, and what is written only once the pages are checked."""
    return {path: data for path, data in site.items() if path != ".explainer.json" and not path.endswith(".gz")}


def test_an_explainer_without_a_handbook_has_the_one_of_the_package(package: Path, explainer: Path) -> None:
    """Its pages can't be edited from there, and are not in the menu."""
    (explainer / "docs" / "how.md").write_text("# How\n\n[Rules](handbook/rules.md#unknown-word)\n", "utf-8")
    assert run_installed(package, "builder", explainer, "check").returncode == 0
    assert run_installed(package, "builder", explainer, "build").returncode == 0
    rules = (explainer / "site" / "handbook" / "rules" / "index.html").read_text("utf-8")
    assert '<div lang="en" dir="ltr">\n' in rules
    assert 'rel="edit"' not in rules
    assert 'rel="edit"' in (explainer / "site" / "how" / "index.html").read_text("utf-8")
    assert "handbook" not in (explainer / "site" / "index.html").read_text("utf-8")
    assert sorted(path.name for path in (explainer / "docs").iterdir() if "handbook" in path.name) == []


def test_a_file_of_the_explainer_stands_in_for_one_of_the_package(package: Path, explainer: Path) -> None:
    own = {
        "theme/partials/top.html": "<p>Back up</p>",
        "pages/downloads.md.jinja": "{#- Ours. -#}\nAsk us for the data.\n",
        "words/en.yml": (ROOT / "templates/words/en.yml").read_text("utf-8").replace("home: Home", "home: Start"),
    }
    for name, text in own.items():
        (explainer / "templates" / name).parent.mkdir(parents=True, exist_ok=True)
        (explainer / "templates" / name).write_text(text, "utf-8")
    built = run_installed(package, "builder", explainer, "build")
    assert built.returncode == 0, built.stderr
    downloads = (explainer / "site" / "downloads" / "index.html").read_text("utf-8")
    assert "Ask us for the data." in downloads
    visit = next((explainer / "site" / "visits").glob("*/index.html")).read_text("utf-8")
    assert "<p>Back up</p>" in visit
    assert "Start</a>" in visit


def test_words_of_the_explainer_that_lack_a_phrase_of_the_package_are_reported(package: Path, explainer: Path) -> None:
    """As after an upgrade that brings a new phrase."""
    words = (ROOT / "templates" / "words" / "en.yml").read_text("utf-8").replace("  home: Home\n", "")
    (explainer / "templates" / "words").mkdir(parents=True)
    (explainer / "templates" / "words" / "en.yml").write_text(words, "utf-8")
    checked = run_installed(package, "builder", explainer, "check")
    assert checked.returncode == 1
    assert "templates/words/en.yml:2:1: the phrase 'site.home' is missing (in English: Home) [missing-word]" in (
        checked.stderr + checked.stdout
    )


def test_the_plugin_and_the_hook_together_are_refused(package: Path, explainer: Path) -> None:
    (explainer / "builder").mkdir()
    (explainer / "builder" / "hook.py").write_text("", "utf-8")
    with (explainer / "mkdocs.yml").open("a", encoding="utf-8") as config:
        config.write("hooks:\n  - builder/hook.py\n")
    plain = run_installed(package, "mkdocs", explainer, "build", "--strict")
    assert plain.returncode == 1
    assert "mkdocs.yml has the plugin 'explainer' and the hook, which do the same: remove the hook" in plain.stderr
