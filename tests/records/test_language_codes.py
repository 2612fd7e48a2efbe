"""The codes of languages, from codes and names as people and programs write them."""

from __future__ import annotations

import pytest

from builder.records.languages.language_codes import direction_of, language_code, script_of

CODES = {
    "en": "en", "EN": "en", "en-GB": "en-GB", "en_US": "en-US", "rus": "ru", "kor": "ko", "ger": "de",
    "zh-hant-TW": "zh-Hant-TW", "sr_Latn": "sr-Latn", "es-419": "es-419", "fil": "fil", "Russian": "ru",
    "русский": "ru", "한국어": "ko", "中文": "zh", "Deutsch": "de", "coréen": "ko", "английский": "en", "ngerman": "de",
    "american": "en-US", "brazil": "pt-BR", "chinese-hans": "zh-Hans", "Portuguese (Brazil)": "pt-BR",
    "English (UK)": "en-GB", " Norwegian  Bokmål ": "nb",
}  # fmt: skip


@pytest.mark.parametrize("typed", CODES)
def test_a_language_has_its_shortest_code(typed: str) -> None:
    assert language_code(typed) == CODES[typed]


@pytest.mark.parametrize(
    "typed", ["English, Korean", "en; ru", "xx", "none", "mul", "und", "", "Russian (Atlantis)", "C"]
)
def test_what_is_not_one_language_has_no_code(typed: str) -> None:
    assert language_code(typed) == ""


@pytest.mark.parametrize(
    ("code", "script", "direction"),
    [
        ("ru", "Cyrl", "ltr"),
        ("pt-BR", "Latn", "ltr"),
        ("zh", "Hans", "ltr"),
        ("zh-TW", "Hant", "ltr"),
        ("sr-Latn", "Latn", "ltr"),
        ("fa", "Arab", "rtl"),
        ("yi", "Hebr", "rtl"),
        ("az-Arab", "Arab", "rtl"),
        ("ku-Arab", "Arab", ""),
    ],
)
def test_the_script_and_the_direction_of_a_language_are_known(code: str, script: str, direction: str) -> None:
    assert (script_of(code), direction_of(code)) == (script, direction)
