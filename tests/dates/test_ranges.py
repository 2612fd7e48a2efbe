"""Ranges in every language of CLDR: a wording that loses an end says something false."""

from __future__ import annotations

import re
import unicodedata

import pytest
from babel import Locale
from babel.localedata import locale_identifiers

from builder.dates.date_wording import PHRASES, date_in_words
from builder.dates.edtf_dates import Date, End

LANGUAGES = sorted(locale_identifiers())
PHRASED = dict.fromkeys(PHRASES, "?") | {"span": "{first} / {last}", "between": "{first} / {last}"}
RANGES = [
    *("2015/2016", "1998/2003"),
    *("2015-06/2015-07", "2015-06/2016-06", "2015-06/2016-07"),
    *("2015-06-03/2015-06-27", "2015-06-03/2015-07-03", "2015-06-03/2015-07-27"),
    *("2015-06-03/2016-06-03", "2015-06-03/2016-07-27"),
    *("[2015-06..2015-07]", "[2015-06-03..2015-07-27]"),
]


@pytest.mark.parametrize("text", RANGES)
def test_both_ends_of_a_range_are_in_its_wording_in_every_language(text: str) -> None:
    date = Date.parse(text)
    ends = date.choices[0].ends if date.choices else date.ends
    assert len(LANGUAGES) > 1000
    lost = {language: words for language in LANGUAGES if missing(ends, words := worded(date, language), language)}
    assert lost == {}


def worded(date: Date, language: str) -> str:
    return date_in_words(date, Locale.parse(language), PHRASED)


def missing(ends: tuple[End, ...], words: str, language: str) -> list[str]:
    """What should be in the wording of a range and is not, besides what both ends have in common."""
    words = in_latin_digits(words)
    first, last = (end.first for end in ends)
    kind = ends[0].kind
    wanted = [[str(first.year)], [str(last.year)]]
    if kind in ("day", "month") and first.month != last.month:
        wanted += [names_of(end.first.month, language) for end in ends]
    if kind == "day":
        wanted += [[str(first.day)], [str(last.day)]]
        same = first.day == last.day
        if same and len(re.findall(rf"(?<!\d)0?{first.day}(?!\d)", words)) < 2:
            return ["the day of one end"]
    return [forms[0] for forms in wanted if not any(is_in(form, words) for form in forms)]


def names_of(month: int, language: str) -> list[str]:
    """A month as its number, and by each name that it has."""
    months = Locale.parse(language).months
    named = [months[context][length].get(month) for context in months for length in ("wide", "abbreviated")]
    return [str(month), *(name.rstrip(".") for name in named if name)]


def in_latin_digits(words: str) -> str:
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in words)


def is_in(form: str, words: str) -> bool:
    return bool(re.search(rf"(?<!\d)0?{form}(?!\d)", words) if form.isdigit() else form in words)


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("fa", "2015-06/2015-07", "ژوئن ۲۰۱۵ / ژوئیهٔ ۲۰۱۵"),
        ("fa", "2015-06/2016-07", "ژوئن ۲۰۱۵ تا ژوئیهٔ ۲۰۱۶"),
        ("sw", "2015-06-03/2015-07-03", "3 Juni 2015 / 3 Julai 2015"),
        ("sw", "2015-06-03/2015-06-27", "3–27 Juni 2015"),
    ],
)
def test_a_range_is_two_whole_dates_where_the_pattern_of_cldr_loses_an_end(
    language: str, text: str, words: str
) -> None:
    assert worded(Date.parse(text), language) == words


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("ru", "2018-04/..", "с апреля 2018\u202fг."),
        ("ru", "2018-04-24/..", "с 24 апреля 2018\u202fг."),
        ("ru", "2018-04~/..", "с около апреля 2018\u202fг."),
        ("ru", "../2018-04", "по апрель 2018\u202fг."),
        ("ru", "2018-04-XX/..", "с апреля 2018\u202fг., день неизвестен"),
        ("pl", "2018-04/..", "с kwietnia 2018"),
        ("cs", "2018-04/..", "с dubna 2018"),
        ("en", "2018-04/..", "с April 2018"),
    ],
)
def test_a_phrase_can_ask_for_the_genitive_of_a_month(language: str, text: str, words: str) -> None:
    phrases = PHRASED | {
        "about": "около {date:genitive}",
        "open_end": "с {date:genitive}",
        "open_start": "по {date}",
        "day_unknown": "{date}, день неизвестен",
    }
    assert date_in_words(Date.parse(text), language, phrases) == words


def test_a_date_can_be_worded_in_the_genitive_for_a_phrase_around_it() -> None:
    for text, words in (
        ("2018-04", "апреля 2018\u202fг."),
        ("[2018-04, 2018-06]", "апреля 2018\u202fг. или июня 2018\u202fг."),
        ("2018", "2018"),
    ):
        assert date_in_words(Date.parse(text), "ru", PHRASED, genitive=True) == words


def test_every_language_words_a_month_in_the_genitive() -> None:
    month = Date.parse("2018-06")
    for language in LANGUAGES:
        words = date_in_words(month, Locale.parse(language), PHRASED, genitive=True)
        words = in_latin_digits(words)
        assert is_in("2018", words), language
        assert any(is_in(name, words) for name in names_of(6, language)), language
