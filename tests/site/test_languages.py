"""A site in each language that comes with the builder: nothing on it is in another language than its own."""

from __future__ import annotations

import re
import shutil
from html import unescape
from pathlib import Path

import pytest
from babel import Locale
from golden import HAND_WRITTEN, ROOT, SITES, furnish
from mkdocs.utils import get_theme_dir

from builder.project import Project
from builder.site.build import build

WORDS = ROOT / "templates" / "words"
TRANSLATIONS = sorted(file.stem for file in WORDS.glob("*.yml") if file.stem != "en")

NAMES = {"GitHub", "Material", "MkDocs"}
"""What is called so in every language."""


def site_in(language: str, root: Path) -> Project:
    """Build the mini-explainer that is written in Persian as one in another language, without pages by hand."""
    project = furnish(root)
    shutil.copytree(SITES / "persian" / "summaries", project.summaries)
    settings = project.summaries / "explainer.yml"
    settings.write_text(settings.read_text("utf-8").replace("language: fa\n", f"language: {language}\n"), "utf-8")
    config = project.config.read_text("utf-8")
    config = re.sub(r"^site_name: .*", "site_name: کرانه", config, flags=re.M)
    config = re.sub(r"^copyright: .*\n|^  footer:\n(?:    .*\n)+", "", config, flags=re.M)
    project.config.write_text(config, "utf-8")
    for page in HAND_WRITTEN:
        (project.docs / page).unlink()
    build(project)
    return project


def words_of(html: str) -> set[str]:
    """The words that a page shows, and those that it says to search engines and screen readers."""
    html = re.sub(r"<(script|style|pre|code)\b.*?</\1>|<!--.*?-->", " ", html, flags=re.S)
    spoken = re.findall(r'\b(?:title|aria-label|placeholder|alt)="([^"]*)"|name="description" content="([^"]*)"', html)
    text = unescape(re.sub(r"<[^>]*>", " ", html) + " ".join(map(" ".join, spoken)))
    return split(re.sub(r"\S+[/.]\S+", " ", text))


def split(text: str) -> set[str]:
    """The words of a text in Latin letters, as those of English are."""
    return {word.casefold() for word in re.findall(r"[A-Za-zÀ-ɏ]+", text)}


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_site_has_no_words_of_another_language(language: str, tmp_path: Path) -> None:
    project = site_in(language, tmp_path)
    theme = Path(get_theme_dir("material")) / "partials" / "languages" / f"{language}.html"
    locale = Locale(language)
    names = [name for context in locale.months.values() for length in context.values() for name in length.values()]
    known = split(
        " ".join(
            [
                *(file.read_text("utf-8") for file in project.summaries.rglob("*.yml")),
                *(line for line in (WORDS / f"{language}.yml").read_text("utf-8").splitlines() if line[:1] != "#"),
                theme.read_text("utf-8"),
                *(*names, *locale.languages.values(), *locale.date_formats["long"].format.split()),
                *NAMES,
            ]
        )
    )
    pages = [page for page in project.site.rglob("*.html") if "data" not in page.parts]
    assert len(pages) > 40
    assert {
        page.relative_to(project.site).as_posix(): left
        for page in pages
        if (left := words_of(page.read_text("utf-8")) - known)
    } == {}
