"""Dates: what is accepted, what is refused and with which hint, how they are sorted and worded."""

from __future__ import annotations

import datetime
import time
import warnings

import pytest

from builder.dates.date_wording import PHRASES, date_in_words
from builder.dates.edtf_dates import Date, DateError

DAY = datetime.date
MIN, MAX = datetime.date.min, datetime.date.max
ENGLISH = {
    "about": "about {date}",
    "uncertain": "{date} (uncertain)",
    "about_uncertain": "about {date} (uncertain)",
    "day_unknown": "{date}, day not known",
    "month_unknown": "{date}, month not known",
    "decade": "the {decade}s",
    "century": "between {first} and {last}",
    "spring": "spring",
    "summer": "summer",
    "autumn": "autumn",
    "winter": "winter",
    "season": "{season} {year}",
    "span": "{first} to {last}",
    "between": "between {first} and {last}",
    "open_start": "until {date}",
    "open_end": "since {date}",
    "unknown_start": "until {date}, beginning not known",
    "unknown_end": "from {date}, end not known",
}

ACCEPTED = [
    ("2018-06-12", DAY(2018, 6, 12), DAY(2018, 6, 12), "12 June 2018"),
    ("2018-06", DAY(2018, 6, 1), DAY(2018, 6, 30), "June 2018"),
    ("2018", DAY(2018, 1, 1), DAY(2018, 12, 31), "2018"),
    ("2016-02-29", DAY(2016, 2, 29), DAY(2016, 2, 29), "29 February 2016"),
    ("2016-02", DAY(2016, 2, 1), DAY(2016, 2, 29), "February 2016"),
    ("0001-01-01", MIN, MIN, "1 January 1"),
    ("9999-12-31", MAX, MAX, "31 December 9999"),
    ("  2018-06 \n", DAY(2018, 6, 1), DAY(2018, 6, 30), "June 2018"),
    ("2018-21", DAY(2018, 3, 1), DAY(2018, 5, 31), "spring 2018"),
    ("2018-22", DAY(2018, 6, 1), DAY(2018, 8, 31), "summer 2018"),
    ("2018-23", DAY(2018, 9, 1), DAY(2018, 11, 30), "autumn 2018"),
    ("2018-24", DAY(2018, 12, 1), DAY(2019, 2, 28), "winter 2018–2019"),
    ("2019-24~", DAY(2019, 12, 1), DAY(2020, 2, 29), "about winter 2019–2020"),
    ("2018-23/2018-24", DAY(2018, 9, 1), DAY(2019, 2, 28), "autumn 2018 to winter 2018–2019"),
    ("9999-24", DAY(9999, 12, 1), MAX, "winter 9999"),
    ("2018-21?", DAY(2018, 3, 1), DAY(2018, 5, 31), "spring 2018 (uncertain)"),
    ("2018?", DAY(2018, 1, 1), DAY(2018, 12, 31), "2018 (uncertain)"),
    ("2018-09~", DAY(2018, 9, 1), DAY(2018, 9, 30), "about September 2018"),
    ("2018-09-03%", DAY(2018, 9, 3), DAY(2018, 9, 3), "about 3 September 2018 (uncertain)"),
    ("2018-XX", DAY(2018, 1, 1), DAY(2018, 12, 31), "2018, month not known"),
    ("2018-XX-XX", DAY(2018, 1, 1), DAY(2018, 12, 31), "2018, month not known"),
    ("2016-02-XX", DAY(2016, 2, 1), DAY(2016, 2, 29), "February 2016, day not known"),
    ("2018-06-XX~", DAY(2018, 6, 1), DAY(2018, 6, 30), "about June 2018, day not known"),
    ("201X", DAY(2010, 1, 1), DAY(2019, 12, 31), "the 2010s"),
    ("19XX", DAY(1900, 1, 1), DAY(1999, 12, 31), "between 1900 and 1999"),
    ("2018/2019", DAY(2018, 1, 1), DAY(2019, 12, 31), "2018–2019"),
    ("2018-03/2018-05", DAY(2018, 3, 1), DAY(2018, 5, 31), "March – May 2018"),
    ("2018-11/2019-02", DAY(2018, 11, 1), DAY(2019, 2, 28), "November 2018 – February 2019"),
    ("2018-03-25/2018-03-28", DAY(2018, 3, 25), DAY(2018, 3, 28), "25–28 March 2018"),
    ("2018-03-25/2018-04-02", DAY(2018, 3, 25), DAY(2018, 4, 2), "25 March – 2 April 2018"),
    ("2018-12-30/2019-01-02", DAY(2018, 12, 30), DAY(2019, 1, 2), "30 December 2018 – 2 January 2019"),
    ("2018-06-12/2018-06-12", DAY(2018, 6, 12), DAY(2018, 6, 12), "12 June 2018"),
    ("2018-06-12/2018-07", DAY(2018, 6, 12), DAY(2018, 7, 31), "12 June 2018 to July 2018"),
    ("2018-04-05/2018-04", DAY(2018, 4, 5), DAY(2018, 4, 30), "5 April 2018 to April 2018"),
    ("2018-21/2018-22", DAY(2018, 3, 1), DAY(2018, 8, 31), "spring 2018 to summer 2018"),
    ("2018-09?/2018-10~", DAY(2018, 9, 1), DAY(2018, 10, 31), "September 2018 (uncertain) to about October 2018"),
    ("2018/..", DAY(2018, 1, 1), MAX, "since 2018"),
    ("../2018-06-12", MIN, DAY(2018, 6, 12), "until 12 June 2018"),
    ("2018~/", DAY(2018, 1, 1), MAX, "from about 2018, end not known"),
    ("/2018-06", MIN, DAY(2018, 6, 30), "until June 2018, beginning not known"),
    ("[2018-06-12,2018-06-13]", DAY(2018, 6, 12), DAY(2018, 6, 13), "12 June 2018 or 13 June 2018"),
    ("[2019,2018-06,2017]", DAY(2017, 1, 1), DAY(2019, 12, 31), "2019, June 2018 or 2017"),
    ("[2018-06-12..2018-06-14]", DAY(2018, 6, 12), DAY(2018, 6, 14), "between 12 June and 14 June 2018"),
    ("[2017,2018-06..2018-08]", DAY(2017, 1, 1), DAY(2018, 8, 31), "2017 or between June and August 2018"),
]


@pytest.mark.parametrize(("text", "first", "last", "words"), ACCEPTED, ids=[case[0].strip() for case in ACCEPTED])
def test_a_date_is_parsed_with_its_bounds_and_worded(
    text: str, first: datetime.date, last: datetime.date, words: str
) -> None:
    date = Date.parse(text)
    assert (str(date), date.first, date.last) == (text.strip(), first, last)
    assert date_in_words(date, "en_GB", ENGLISH) == words


KNOWN_TO_EDTF = [
    text.strip() for text, *_ in ACCEPTED if "-24" not in text and text not in ("2018-21?", "2018~/", "../2018-06-12")
]
"""Without winters, because the package ends them on 31 December."""


@pytest.mark.parametrize("text", KNOWN_TO_EDTF)
def test_the_edtf_package_accepts_what_is_accepted_here(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyparsing warns about the package's grammar
        from edtf import parse_edtf

        parsed = parse_edtf(text)
    if text[0] not in "/." and text[-1] not in "/.":
        bounds = tuple(datetime.date(*bound[:3]) for bound in (parsed.lower_strict(), parsed.upper_strict()))
        assert bounds == (Date.parse(text).first, Date.parse(text).last)


GENERAL = "write it as 2018-06-12, 2018-06 or 2018"
MONTHS = "months run from 01 to 12, and 21 to 24 are spring, summer, autumn and winter"

REFUSED = [
    # Well formed, but there is no such day.
    (
        "2018-13-01",
        "there is no month 13 in '2018-13-01'",
        "the month comes before the day: 13 January 2018 is 2018-01-13",
    ),
    ("2018-13-13", "there is no month 13 in '2018-13-13'", MONTHS),
    ("2018-31-02", "there is no month 31 in '2018-31-02'", MONTHS),
    ("2018-00", "there is no month 00 in '2018-00'", MONTHS),
    ("2018-25", "there is no month 25 in '2018-25'", MONTHS),
    ("2018-21-05", "there is no month 21 in '2018-21-05'", "the month comes before the day: 21 May 2018 is 2018-05-21"),
    ("2018-02-30", "there is no day 30 in February 2018", "February 2018 has 28 days"),
    ("2016-02-30", "there is no day 30 in February 2016", "February 2016 has 29 days"),
    ("2018-06-00", "there is no day 00 in June 2018", "June 2018 has 30 days"),
    ("0000", "there is no year 0000 in '0000'", "years run from 0001 to 9999"),
    ("00XX", "there is no year 00XX in '00XX'", "years run from 0001 to 9999"),
    ("2018-05-31/2018-06-31", "there is no day 31 in June 2018", "June 2018 has 30 days"),
    # Intervals and choices.
    ("2019/2018", "'2019/2018' ends before it begins", "write 2018/2019"),
    ("2018-06-13/2018-06-12", "'2018-06-13/2018-06-12' ends before it begins", "write 2018-06-12/2018-06-13"),
    ("[2019..2018]", "'2019..2018' ends before it begins", "write 2018..2019"),
    ("../..", "'../..' is not a date", GENERAL),
    ("/", "'/' is not a date", GENERAL),
    ("../", "'../' is not a date", GENERAL),
    ("2018/2019/2020", "'2018/2019/2020' is not a date", GENERAL),
    ("2018/foo", "'2018/foo' is not a date", GENERAL),
    ("[2018]", "'[2018]' has only one choice", "write 2018"),
    ("[2018,2018]", "'[2018,2018]' names 2018 twice", "name each date once"),
    ("[..2018]", "'[..2018]' is a choice with an open end, which is not supported", "write ../2018"),
    ("[2018..]", "'[2018..]' is a choice with an open end, which is not supported", "write 2018/.."),
    (
        "[2018?,2019]",
        "'[2018?,2019]' is a choice of something other than plain dates, which is not supported",
        "choose between days, months or years, such as '[2018-06-12,2018-06-13]'",
    ),
    ("[]", "'[]' is not a date", GENERAL),
    ("{2018,2019}", "'{2018,2019}' is not a date", GENERAL),
    # EDTF above level 1.
    (
        "2018-XX-05",
        "'2018-XX-05' has unknown digits before known ones, which is not supported",
        "write 2018-XX or 201X",
    ),
    ("201X-05", "'201X-05' has unknown digits before known ones, which is not supported", "write 2018-XX or 201X"),
    ("2018-1X", "'2018-1X' is not a date", GENERAL),
    ("2XXX", "'2XXX' is not a date", GENERAL),
    ("Y17000", "'Y17000' is not a date", GENERAL),
    ("-0044", "'-0044' is not a date", GENERAL),
    ("?2018-06", "'?2018-06' is not a date", "write 2018-06?"),
    ("2018-06~-01", "'2018-06~-01' is not a date", "write 2018-06-01~"),
    # Other ways to write a date.
    ("25/03/2018", "'25/03/2018' is not a date", "write 2018-03-25"),
    ("03/25/2018", "'03/25/2018' is not a date", "write 2018-03-25"),
    ("03/04/2018", "'03/04/2018' is not a date", "write 2018-04-03 or 2018-03-04"),
    ("30/02/2018", "'30/02/2018' is not a date", GENERAL),
    ("25.3.2018", "'25.3.2018' is not a date", "write 2018-03-25"),
    ("2018/03/25", "'2018/03/25' is not a date", "write 2018-03-25"),
    ("2018/03", "'2018/03' is not a date", "write 2018-03"),
    ("20180325", "'20180325' is not a date", "write 2018-03-25"),
    ("201803", "'201803' is not a date", "write 2018-03"),
    ("2018-3-5", "'2018-3-5' is not a date", "write 2018-03-05"),
    ("2018-3", "'2018-3' is not a date", "write 2018-03"),
    ("18-03-25", "'18-03-25' is not a date", GENERAL),
    ("March 2018", "'March 2018' is not a date", "write 2018-03"),
    ("25 March 2018", "'25 March 2018' is not a date", "write 2018-03-25"),
    ("March 25th, 2018", "'March 25th, 2018' is not a date", "write 2018-03-25"),
    ("Sept. 2018", "'Sept. 2018' is not a date", "write 2018-09"),
    ("spring 2018", "'spring 2018' is not a date", "write 2018-21"),
    ("c. March 2018", "'c. March 2018' is not a date", "write 2018-03~"),
    ("the 2010s", "'the 2010s' is not a date", "write 201X"),
    ("2018-xx", "'2018-xx' is not a date", "write 2018-XX"),
    ("201u", "'201u' is not a date", "write 201X"),
    ("2018-06-12T10:00", "'2018-06-12T10:00' is not a date", "write 2018-06-12"),
    ("13.06.2018 0:00", "'13.06.2018 0:00' is not a date", "write 2018-06-13"),
    ("n.d.", "'n.d.' is not a date", "leave the field out if the date is not known"),
    ("2018-03-25/28", "'2018-03-25/28' is not a date", "write 2018-03-25/2018-03-28"),
    ("2018/19", "'2018/19' is not a date", "write 2018/2019"),
    ("2018-03-25\u20132018-03-28", "'2018-03-25\u20132018-03-28' is not a date", "write 2018-03-25/2018-03-28"),
    ("2018\u201106\u201112", "'2018\u201106\u201112' is not a date", "write 2018-06-12"),
    ("2018-03-25 to 2018-03-28", "'2018-03-25 to 2018-03-28' is not a date", "write 2018-03-25/2018-03-28"),
    ("2018/open", "'2018/open' is not a date", "write 2018/.."),
    ("unknown/2018", "'unknown/2018' is not a date", "write /2018"),
    ("2018 or 2019", "'2018 or 2019' is not a date", "write '[2018,2019]', with the quotes"),
    # Ranges as people write them, and as this site writes them.
    *(
        (text, f"'{text}' is not a date", "write 2019-02-27/2019-03-02")
        for text in (
            "27 February – 2 March 2019",
            "27 Feb - 2 Mar 2019",
            "Feb 27 - Mar 2, 2019",
            "from 27 February to 2 March 2019",
            "between 27 February and 2 March 2019",
            "2019-02-27 until 2019-03-02",
            "27 февраля – 2 марта 2019 года",
            "27. Februar bis 2. März 2019",
        )
    ),
    *(
        (text, f"'{text}' is not a date", "write 2019-04-24/2019-04-26")
        for text in (
            "24–26 April 2019",
            "April 24-26, 2019",
            "24.–26. April 2019",
            "24-26.04.2019",
            "24/26 April 2019",
            "с 24 по 26 апреля 2019 года",
            "2019-04-24–26",
        )
    ),
    ("October–December 2018", "'October–December 2018' is not a date", "write 2018-10/2018-12"),
    ("27 until Tuesday 28", "'27 until Tuesday 28' is not a date", "write a range as 2018-03-25/2018-03-28"),
    # Days as Excel and Wikidata write them, and in other languages.
    ("43580", "'43580' is not a date", "in a spreadsheet this number is 2019-04-25: write the date"),
    *(
        (text, f"'{text}' is not a date", "write 2019-04-25")
        for text in (
            "25-Apr-19",
            "4/25/2019",
            "25/04/2019",
            "25.04.2019",
            "+2019-04-25T00:00:00Z",
            "25 апреля 2019",
            "25. April 2019",
            "25 avril 2019",
            "25 de abril de 2019",
            "2019년 4월 25일",
            "2019年4月25日",
            "25 kwietnia 2019",
        )
    ),
    # Anything else.
    ("", "'' is not a date", GENERAL),
    ("soon", "'soon' is not a date", GENERAL),
    ("\u0662\u0660\u0661\u0668", "'\u0662\u0660\u0661\u0668' is not a date", GENERAL),
    ("2018-06-12\u202e", "'2018-06-12U+202E' is not a date", GENERAL),
    ("x" * 100, f"'{'x' * 57}...' is not a date", GENERAL),
    ("2018-13/" + "x" * 1000, f"there is no month 13 in '2018-13/{'x' * 49}...'", MONTHS),
]


@pytest.mark.parametrize(("text", "message", "hint"), REFUSED, ids=[ascii(case[0])[:40] for case in REFUSED])
def test_text_that_is_not_a_date_is_refused_with_a_hint(text: str, message: str, hint: str) -> None:
    with pytest.raises(DateError) as caught:
        Date.parse(text)
    assert (caught.value.message, caught.value.hint) == (message, hint)
    assert str(caught.value) == (f"{message} ({hint})" if hint else message)


@pytest.mark.parametrize(
    "hint", sorted({case[2] for case in REFUSED if case[2].startswith("write ") and "[" not in case[0]})
)
def test_every_suggested_date_is_valid(hint: str) -> None:
    words = [word.strip("',") for word in hint.split() if word[0] in "'./[0123456789"]
    assert words
    for word in words:
        assert str(Date.parse(word)) == word


def test_dates_are_sorted_by_the_days_that_they_can_mean() -> None:
    texts = ["../2018", "2017/2019", "2018-01-01", "2018-01", "2018-XX", "2018", "2018/..", "2018-01-02", "2018-06"]
    ordered = ["../2018", "2017/2019", "2018-01-01", "2018-01", "2018", "2018-XX", "2018/..", "2018-01-02", "2018-06"]
    assert [str(date) for date in sorted(Date.parse(text) for text in texts)] == ordered


def test_dates_are_equal_and_hash_by_their_text() -> None:
    assert Date.parse("2018-06") == Date.parse(" 2018-06")
    assert len({Date.parse("2018"), Date.parse("2018"), Date.parse("2018-XX")}) == 2


def test_spaces_in_a_choice_are_left_out() -> None:
    assert str(Date.parse("[2018-06-12, 2018-06-13]")) == "[2018-06-12,2018-06-13]"


@pytest.mark.parametrize(
    ("text", "open_start", "open_end"),
    [
        ("2018", False, False),
        ("0001/9999", False, False),
        ("2018/..", False, True),
        ("2018/", False, True),
        ("../2018", True, False),
        ("/2018", True, False),
        ("[2018,2019]", False, False),
    ],
)
def test_open_bounds_are_marked(text: str, open_start: bool, open_end: bool) -> None:
    date = Date.parse(text)
    assert (date.open_start, date.open_end) == (open_start, open_end)


@pytest.mark.parametrize(
    ("text", "is_day"),
    [
        ("2018-06-12", True),
        ("2018-06-12/2018-06-12", True),
        ("2018-06-12?", False),
        ("2018-06", False),
        ("2018-06-XX", False),
        ("2018-06-12/2018-06-13", False),
        ("[2018-06-12,2018-06-13]", False),
    ],
)
def test_only_a_single_certain_day_is_a_day(text: str, is_day: bool) -> None:
    assert Date.parse(text).is_day is is_day


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("2011/2019", "2011"),
        ("2019-03-19~/2019-03-25~", "2019-03-19~"),
        ("2019-04-01/", "2019-04-01"),
        ("../2018", "../2018"),
        ("2018-06", "2018-06"),
        ("[2018-10..2018-12]", "[2018-10..2018-12]"),
    ],
)
def test_the_start_of_an_interval_is_its_first_end(text: str, start: str) -> None:
    assert Date.parse(text).start == Date.parse(start)
    assert Date.parse(text).start.ends == Date.parse(start).ends


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en-GB", "25–28 March 2018"),
        ("de", "25.–28. März 2018"),
        ("ru", "25–28 марта 2018\u202fг."),
        ("ko", "2018년 3월 25일~28일"),
    ],
)
def test_an_interval_follows_the_custom_of_the_language(locale: str, words: str) -> None:
    assert date_in_words(Date.parse("2018-03-25/2018-03-28"), locale, ENGLISH) == words


@pytest.mark.parametrize(
    ("locale", "text", "words"),
    [
        ("en-GB", "[2018-09-19..2018-12-31]", "between 19 September and 31 December 2018"),
        ("en-GB", "[2018-10..2018-12]", "between October and December 2018"),
        ("en-GB", "[2018-12-31..2019-01-02]", "between 31 December 2018 and 2 January 2019"),
        ("en-GB", "[2018-09-19..2018-12]", "between 19 September 2018 and December 2018"),
        ("es", "[2018-10..2018-12]", "between octubre and diciembre de 2018"),
        ("ko", "[2018-10..2018-12]", "between 2018년 10월 and 2018년 12월"),
    ],
)
def test_a_span_within_a_year_names_the_year_once_if_it_comes_last(locale: str, text: str, words: str) -> None:
    assert date_in_words(Date.parse(text), locale, ENGLISH) == words


def test_exactly_the_documented_phrases_are_used() -> None:
    used: set[str] = set()

    class Spy(dict[str, str]):
        def __getitem__(self, key: str) -> str:
            used.add(key)
            return super().__getitem__(key)

    for text, *_ in ACCEPTED:
        date_in_words(Date.parse(text), "en_GB", Spy(ENGLISH))
    assert used == PHRASES


def test_a_phrase_with_strange_slots_shows_them_as_typed() -> None:
    phrases = ENGLISH | {"open_end": "{date.__class__} {0} {} {unknown} since {date}"}
    assert date_in_words(Date.parse("2018/.."), "en_GB", phrases) == "{date.__class__} {0} {} {unknown} since 2018"


@pytest.mark.parametrize(
    ("language", "date", "words"),
    [
        ("en-GB", "2018-03-25/2018-03-28", "25–28 March 2018"),
        ("en-GB", "2018/2019", "2018–2019"),
        ("en-US", "2018/2019", "2018–2019"),
        ("en-US", "2018-03-25/2018-03-28", "March 25 – 28, 2018"),
        ("pt", "2018-03-25/2018-03-28", "25–28 de março de 2018"),
        ("pt", "2018-24", "winter 2018–2019"),
    ],
)
def test_a_range_of_two_numbers_has_no_spaces_whatever_cldr_has(language: str, date: str, words: str) -> None:
    assert date_in_words(Date.parse(date), language, ENGLISH) == words


def test_plain_dates_are_parsed_fast() -> None:
    texts = [f"{1900 + n % 200}-{n % 12 + 1:02}-{n % 28 + 1:02}" for n in range(20_000)]
    begin = time.perf_counter()
    for text in texts:
        Date.parse(text)
    assert time.perf_counter() - begin < 4  # a twentieth of this on an idle machine
