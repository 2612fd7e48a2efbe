"""Numbers in texts: how a language writes them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel import Locale

from builder.dates.edtf_dates import Date
from builder.explainer.words import Words

FRENCH = {"numbers.1": "un, une, une fois", "numbers.2": "deux"}


@pytest.mark.parametrize(
    ("number", "english", "french"),
    [
        ("2", ("2",), ("2", "deux")),
        ("1", ("1",), ("1", "un", "une", "une fois")),
        ("47.90", ("47.9",), ("47,9",)),
        ("-1234.5", ("-1,234.5", "-1234.5"), ("-1\u202f234,5", "-1234,5")),
    ],
)
def test_a_number_is_looked_for_as_the_language_writes_it(
    number: str, english: tuple[str, ...], french: tuple[str, ...]
) -> None:
    assert Words(Locale("en"), {}).ways_to_write(Decimal(number)) == english
    assert Words(Locale("fr"), FRENCH).ways_to_write(Decimal(number)) == french


@pytest.mark.parametrize(
    ("locale", "ways"),
    [
        ("fa", ("1,234.5", "1234.5", "۱٬۲۳۴٫۵", "۱۲۳۴٫۵")),
        ("ar-EG", ("1,234.5", "1234.5", "١٬٢٣٤٫٥", "١٢٣٤٫٥")),
        ("mr", ("1,234.5", "1234.5", "१,२३४.५", "१२३४.५")),
        ("ko", ("1,234.5", "1234.5")),
    ],
)
def test_a_number_is_also_looked_for_in_the_digits_of_the_language(locale: str, ways: tuple[str, ...]) -> None:
    assert Words(Locale.parse(locale, sep="-"), {}).ways_to_write(Decimal("1234.5")) == ways


@pytest.mark.parametrize(
    ("text", "measured"),
    [
        ("۱٬۲۰۰٫۵ کیلومتر، تقریباً", ("1200.5", "کیلومتر")),
        ("1,200 km", ("1200", "km")),
        ("۵۴ کیلومتر", ("54", "کیلومتر")),
    ],
)
def test_a_measure_is_read_in_the_digits_of_the_language(text: str, measured: tuple[str, str]) -> None:
    assert Words(Locale("fa"), {}).measured(text) == (Decimal(measured[0]), measured[1])


@pytest.mark.parametrize(
    ("text", "english", "german"),
    [
        ("54 km, dual gauge", ("54", "km"), ("54", "km")),
        ("30,023", ("30023", ""), ("30.023", "")),
        ("1.100,5 km", None, ("1100.5", "km")),
        ("47.9 million dollars (in 2019)", ("47.9", "million dollars"), None),
        ("10,345, after 2,610 in 2018", ("10345", ""), ("10.345", "")),
        ("70% of the shares", ("70", "% of the shares"), ("70", "% of the shares")),
        ("about 4,000 tonnes", None, None),
        ("up to 10", None, None),
    ],
)
def test_a_measure_is_read_as_the_language_writes_it(
    text: str, english: tuple[str, str] | None, german: tuple[str, str] | None
) -> None:
    for locale, expected in (("en", english), ("de", german)):
        found = Words(Locale(locale), {}).measured(text)
        assert found == (expected and (Decimal(expected[0]), expected[1]))


@pytest.mark.parametrize(
    ("locale", "counted"),
    [
        ("en", ("7", "1,234", "1,234,567")),
        ("fa", ("۷", "۱٬۲۳۴", "۱٬۲۳۴٬۵۶۷")),
        ("ar-EG", ("٧", "١٬٢٣٤", "١٬٢٣٤٬٥٦٧")),
        ("ru", ("7", "1\u00a0234", "1\u00a0234\u00a0567")),
        ("pl", ("7", "1234", "1\u00a0234\u00a0567")),
        ("ko", ("7", "1,234", "1,234,567")),
    ],
)
def test_a_count_has_the_digits_and_the_signs_of_the_language(locale: str, counted: tuple[str, ...]) -> None:
    words = Words(Locale.parse(locale, sep="-"), {"rounds": "{count}, {year}"})
    assert tuple(map(str, map(words.count, (7, 1234, 1234567)))) == counted
    assert str(words("rounds", count=1234, year=2018)) == f"{counted[1]}, {words.digits(2018)}"


@pytest.mark.parametrize(
    ("date", "worded"),
    [
        ("2018", "۲۰۱۸"),
        ("2018-06-12", "۱۲ ژوئن ۲۰۱۸"),
        ("2018-03-25/2018-03-28", "۲۵ تا ۲۸ مارس ۲۰۱۸"),
        ("2015-06/2015-07", "ژوئن ۲۰۱۵ تا ژوئیهٔ ۲۰۱۵"),
    ],
)
def test_a_date_has_the_digits_of_the_language(date: str, worded: str) -> None:
    phrases = {f"dates.{name}": "{first} تا {last}" for name in ("span", "between")}
    assert str(Words(Locale("fa"), phrases).day(Date.parse(date))) == worded
