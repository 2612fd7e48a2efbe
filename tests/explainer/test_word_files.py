"""The files in templates/words: each is complete, and what is missing or wrong in one is reported at its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel import Locale
from golden import ROOT

from builder.explainer.word_files import compare, load_words
from builder.explainer.words import Words
from builder.parsing.documents import Document, Mapping
from builder.parsing.yaml_reader import parse, read
from builder.problems import Location, SummaryError, report
from builder.records.loading import Origin

WORDS = ROOT / "templates" / "words"
LANGUAGES = sorted(file.stem for file in WORDS.glob("*.yml"))
TRANSLATIONS = [language for language in LANGUAGES if language != "en"]
NOWHERE = Origin(Document(path="explainer.yml", root=Mapping({}, Location("explainer.yml")), data=b""))


def words_in(language: str, *own: Path) -> Words:
    return load_words([*own, ROOT / "templates"], language, {}, NOWHERE)


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_translation_has_every_phrase_and_plural_form_of_its_language(language: str) -> None:
    assert len(words_in(language).phrases) > 400


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_translation_says_at_its_top_who_made_it(language: str) -> None:
    top = (WORDS / f"{language}.yml").read_text("utf-8").partition("\n")[0]
    made = "Machine-translated, and not yet read by a native speaker."
    assert top == f"# The site's own phrases in the language {language}. {made}"


def test_there_are_translations_with_one_two_and_three_plural_forms() -> None:
    assert {len({Locale(each).plural_form(number) for number in range(1000)}) for each in TRANSLATIONS} == {1, 2, 3}


MISTAKES = [
    (
        "a phrase left out",
        {"  home: Главная\n": ""},
        "ru.yml:2:1: the phrase 'site.home' is missing (in English: Home) [missing-word]",
    ),
    (
        "a plural form left out",
        {'    few: "{count} встречи"\n': ""},
        "ru.yml:{line}:3: the phrase 'met.count' has no form 'few' (it is for 2, 3, 4, 22 and so on; "
        "in English: one: {{count}} meeting; other: {{count}} meetings) [missing-word]",
    ),
    (
        "a phrase with plural forms left out",
        {
            '  count:\n    one: "{count} встреча"\n    few: "{count} встречи"\n    many: "{count} встреч"\n': "",
        },
        "ru.yml:{line}:1: the phrase 'met.count' is missing (in English: one: {{count}} meeting; "
        "other: {{count}} meetings; Russian needs one, few, many) [missing-word]",
    ),
    (
        "a plural form that the language does not have",
        {'    few: "{count} встречи"\n': '    few: "{count} встречи"\n    two: "{count} встречи"\n'},
        "ru.yml:{line}:5: Russian has no plural form 'two' (it has one, few, many) [unknown-word]",
    ),
    (
        "one text instead of plural forms",
        {
            '  obstacles:\n    one: "{count} препятствие"\n    few: "{count} препятствия"\n'
            '    many: "{count} препятствий"\n': '  obstacles: "препятствия: {count}"\n',
        },
        "ru.yml:{line}:3: 'project.obstacles' takes the forms one, few, many, each on a line below it "
        "(in English: one: {{count}} obstacle; other: {{count}} obstacles) [wrong-shape]",
    ),
    (
        "a mistyped gap",
        {'  by: "{who}:"': '  by: "{naem}:"'},
        "ru.yml:{line}:3: the gap '{{who}}' is missing (in English: {{who}}:) [bad-gap]\n"
        "ru.yml:{line}:3: the phrase has no gap '{{naem}}' (in English: {{who}}:) [bad-gap]",
    ),
    (
        "a gap in a form that there is not",
        {"  since: с {date:genitive}": "  since: с {date:dative}"},
        "ru.yml:{line}:3: a brace is not closed, or a gap asks for a form that there is not "
        "(write gaps as {{count}} or {{date:genitive}}, and a brace as {{{{) [bad-gap]",
    ),
    (
        "a brace that is not closed",
        {"  since: с {date:genitive}": "  since: с {date"},
        "ru.yml:{line}:3: a brace is not closed, or a gap asks for a form that there is not "
        "(write gaps as {{count}} or {{date:genitive}}, and a brace as {{{{) [bad-gap]",
    ),
    (
        "a gap mistyped in a plural form",
        {'    few: "{count} встречи"\n': '    few: "{cuont} встречи"\n'},
        "ru.yml:{line}:5: the phrase has no gap '{{cuont}}' "
        "(in English: one: {{count}} meeting; other: {{count}} meetings) [bad-gap]",
    ),
    (
        "a phrase that there is not",
        {"  home: Главная\n": "  home: Главная\n  hoem: Главная\n"},
        "ru.yml:4:3: there is no phrase 'site.hoem' (did you mean 'home'?) [unknown-word]",
    ),
    (
        "an empty phrase",
        {"  home: Главная\n": "  home:\n"},
        "ru.yml:3:3: the phrase 'site.home' is empty (in English: Home) [missing-word]",
    ),
    (
        "a list instead of a text",
        {"  home: Главная\n": "  home: [Главная]\n"},
        "ru.yml:3:3: 'site.home' takes one text (in English: Home) [wrong-shape]",
    ),
    (
        "a text instead of phrases",
        {"track:\n  not_reached: не достигнуто\n": "track: не достигнуто\n"},
        "ru.yml:{line}:1: 'track' takes phrases, each on a line below it (in English: not_reached: not reached) "
        "[wrong-shape]",
    ),
    (
        "a list instead of a plural form",
        {'    few: "{count} встречи"\n': "    few: [встречи]\n"},
        "ru.yml:{line}:5: 'met.count.few' takes one text "
        "(in English: one: {{count}} meeting; other: {{count}} meetings) [wrong-shape]",
    ),
]


@pytest.mark.parametrize(("swaps", "expected"), [case[1:] for case in MISTAKES], ids=[case[0] for case in MISTAKES])
def test_what_is_wrong_in_a_translation_is_reported_at_its_line(swaps: dict[str, str], expected: str) -> None:
    text = (WORDS / "ru.yml").read_text("utf-8")
    for old, new in swaps.items():
        assert text.count(old) == 1
        place = text.index(old)
        text = text.replace(old, new)
    found = report(compare(parse(text.encode(), "ru.yml"), read(WORDS / "en.yml", "en.yml"), Locale("ru")))
    at = int(found.partition(":")[2].partition(":")[0])
    assert found == expected.format(line=at)
    assert abs(at - text.count("\n", 0, place) - 1) <= 2, "the report is about another place"


@pytest.mark.parametrize(
    ("swaps"),
    [
        {'    many: "{count} встреч"\n': '    many: "{count} встреч"\n    other: "{count} встречи"\n'},
        {'    one: "{count} встреча"\n': "    one: одна встреча\n"},
        {'  "12": двенадцать': '  "13": тринадцать\n  "12": двенадцать'},
    ],
    ids=["a form for fractions", "a plural form without the number", "one more number"],
)
def test_a_translation_may_differ_where_its_language_does(swaps: dict[str, str]) -> None:
    text = (WORDS / "ru.yml").read_text("utf-8")
    for old, new in swaps.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    assert report(compare(parse(text.encode(), "ru.yml"), read(WORDS / "en.yml", "en.yml"), Locale("ru"))) == ""


def test_every_mistake_in_a_translation_is_reported_at_once(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "fr.yml").write_text("site:\n  home: Accueil\n  hoem: Accueil\n", "utf-8")
    with pytest.raises(SummaryError) as caught:
        words_in("fr", tmp_path)
    assert len(caught.value.problems) > 300
    assert "templates/words/fr.yml:3:3: there is no phrase 'site.hoem' (did you mean 'home'?) [unknown-word]" in map(
        str, caught.value.problems
    )


def test_words_of_an_explainer_stand_in_for_those_that_come_with_the_builder(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    own = (WORDS / "ru.yml").read_text("utf-8").replace("  home: Главная\n", "  home: Начало\n")
    (tmp_path / "words" / "ru.yml").write_text(own, "utf-8")
    assert words_in("ru", tmp_path)("site.home").unescape() == "Начало"
    assert words_in("pl", tmp_path)("site.home").unescape() == "Strona główna"


def test_english_words_of_an_explainer_need_every_phrase_too(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    own = (WORDS / "en.yml").read_text("utf-8").replace("  home: Home\n", "")
    (tmp_path / "words" / "en.yml").write_text(own, "utf-8")
    with pytest.raises(SummaryError) as caught:
        words_in("en", tmp_path)
    assert str(caught.value) == (
        "templates/words/en.yml:2:1: the phrase 'site.home' is missing (in English: Home) [missing-word]"
    )


@pytest.mark.parametrize(
    ("language", "counts"),
    [
        ("en", ["1 meeting", "2 meetings", "0 meetings"]),
        ("ru", ["1 встреча", "2 встречи", "5 встреч", "11 встреч", "21 встреча", "0 встреч"]),
        ("pl", ["1 spotkanie", "2 spotkania", "5 spotkań", "12 spotkań", "21 spotkań", "22 spotkania"]),
        ("ko", ["회담 1회", "회담 2회"]),
        ("fa", ["۱ دیدار", "۲ دیدار"]),
    ],
)
def test_a_number_of_things_has_the_plural_of_the_language(language: str, counts: list[str]) -> None:
    words = words_in(language)
    for phrase in counts:
        number = next(int(word) for word in phrase.replace("회담 ", "").replace("회", "").split() if word.isdigit())
        assert words("met.count", count=number).unescape() == phrase
