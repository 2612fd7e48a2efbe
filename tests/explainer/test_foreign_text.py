"""Which language and direction the text on a page is marked with."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from golden import SITES, furnish
from outline import ShownPage, shown

from builder.assembly import assemble
from builder.explainer.foreign_text import ForeignText
from builder.inspection import inspect

LANGUAGES = {
    "right-to-left": {"de-AT", "fa", "he", "ru", "sr-Latn"},
    "good-friday": {"de", "fr", "nb", "nl", "zh"},
}
"""By mini-explainer: the languages of its sources with a title in another language than its own."""


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_title_in_another_language_is_marked_with_it_on_every_page(name: str, tmp_path: Path) -> None:
    project = furnish(tmp_path)
    shutil.copytree(SITES / name / "summaries", project.summaries)
    text = "\n".join(map(with_languages, shown(assemble(project).pages).values()))
    foreign = [source for source in inspect(project).explainer.sources if source.language in LANGUAGES[name]]
    assert {source.language for source in foreign if source.title} == LANGUAGES[name]
    for source in foreign:
        if source.title:
            assert f"“<{source.language}>{source.title}</{source.language}>”" in text
            assert f"“{source.title}”" not in text


def with_languages(page: ShownPage) -> str:
    """The text of a page, with the language of each part that is marked with one: `“<de>Einigung in Wien</de>”`."""
    pieces: list[str] = []
    languages: list[str] = []
    for piece in page.outline:
        if isinstance(piece, str):
            pieces.append(piece)
        elif piece.name == "span" and not piece.ends:
            languages.append(piece.attributes.get("lang", ""))
            pieces.append(f"<{languages[-1]}>" if languages[-1] else "")
        elif piece.name == "span" and (language := languages.pop()):
            pieces.append(f"</{language}>")
    return "".join(pieces)


TEHRAN = "تهران"

TITLES = [
    ("en-GB", "Talks", None, "Talks"),
    ("en-GB", "Talks", "en-US", "Talks"),
    ("en-GB", "Talks & more", "de", '<span lang="de">Talks &#38; more</span>'),
    ("en-GB", "Переговоры", "ru", '<span lang="ru">Переговоры</span>'),
    ("en-GB", "Talks", "ru", "Talks"),
    ("en-GB", "Peregovory", "ru-Latn", '<span lang="ru-Latn">Peregovory</span>'),
    ("en-GB", "Переговоры", "fr", "Переговоры"),
    ("en-GB", "1997", "ru", "1997"),
    ("en-GB", f"{TEHRAN}!", "fa", f'<span lang="fa" dir="rtl">{TEHRAN}&#33;</span>'),
    ("en-GB", f"{TEHRAN}!", None, f"<bdi>{TEHRAN}&#33;</bdi>"),
    ("en-GB", f"In {TEHRAN}", "en", f"<bdi>In {TEHRAN}</bdi>"),
    ("en-GB", f"À {TEHRAN}", "fr", f'<span lang="fr"><bdi>À {TEHRAN}</bdi></span>'),
    ("en-GB", TEHRAN, "ku-Arab", f'<span lang="ku-Arab"><bdi>{TEHRAN}</bdi></span>'),
    ("zh-Hans", "会谈", "zh", "会谈"),
    ("zh-Hans", "會談", "zh-TW", '<span lang="zh-TW">會談</span>'),
    ("fa", TEHRAN, "fa", TEHRAN),
    ("fa", "Talks!", "en", '<span lang="en" dir="ltr">Talks&#33;</span>'),
    ("fa", "Talks!", None, "<bdi>Talks&#33;</bdi>"),
    ("fa", "שיחות", "he", '<span lang="he">שיחות</span>'),
]


@pytest.mark.parametrize(("site", "title", "language", "printed"), TITLES)
def test_a_title_is_marked_with_its_language_and_isolated_if_it_runs_the_other_way(
    site: str, title: str, language: str | None, printed: str
) -> None:
    assert ForeignText(site).titled(title, language) == printed


@pytest.mark.parametrize(
    ("name", "language", "printed"),
    [
        ("Der Standard", "de", "Der Standard"),
        ("The Standard (German edition)", "de", "The Standard &#40;German edition&#41;"),
        ("Xinhua", "zh", "Xinhua"),
        ("新华社", "zh", '<span lang="zh">新华社</span>'),
        ("新华社", None, "新华社"),
        (TEHRAN, "fa", f'<span lang="fa" dir="rtl">{TEHRAN}</span>'),
        (TEHRAN, None, f"<bdi>{TEHRAN}</bdi>"),
    ],
)
def test_a_name_is_marked_with_a_language_only_in_other_letters_than_latin(
    name: str, language: str | None, printed: str
) -> None:
    assert ForeignText("en-GB").named(name, language) == printed
