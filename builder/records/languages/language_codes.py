"""Finds the code of a language, given by its code or by its name.

Codes are those of BCP 47, https://www.rfc-editor.org/info/bcp47: the shortest code of the language, then the script and
the region if they are given, such as `en`, `pt-BR` or `zh-Hans`.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

_CODE = re.compile(r"([A-Za-z]{2,3})((?:[-_][A-Za-z0-9]{2,8})*)")


@lru_cache(maxsize=1024)
def language_code(typed: str) -> str:
    """The code of a language that is given by a code (`rus`, `en_US`) or by its name in English, in LaTeX or in one of
    many languages (`German`, `ngerman`, `français`); empty if it is not a language, or is several.
    """
    text = " ".join(typed.split())
    code = _CODE.fullmatch(text)
    if code and (found := _shortest(code[1].lower())):
        return "-".join([found, *_subtags(re.findall(r"[A-Za-z0-9]+", code[2]))])
    name = text.casefold()
    if name in _IN_LATEX:
        return _IN_LATEX[name]
    if qualified := re.fullmatch(r"(.+?) \((.+)\)", text):
        language, region = _named(qualified[1].casefold()), _regions().get(qualified[2].casefold())
        return f"{language}-{region}" if language and region else ""
    return _named(name)


def _subtags(subtags: list[str]) -> list[str]:
    """Script and region in their usual case."""
    forms = {2: str.upper, 4: str.title}
    return [forms.get(len(tag), str.lower)(tag) if tag.isalpha() else tag.lower() for tag in subtags]


def _shortest(code: str) -> str:
    """The code that BCP 47 has for a language: `ru` for `rus`; empty if no language has this code."""
    from babel.core import get_global

    alias = str(get_global("language_aliases").get(code, code)).replace("_", "-")
    return alias if alias.partition("-")[0] in _codes() else ""


@cache
def _codes() -> frozenset[str]:
    return frozenset(_names_in("en").values()) - {"mul", "und", "zxx"}  # several, unknown, none


def _named(name: str) -> str:
    return next((code for locale in _LOCALES if (code := _names_in(locale).get(name))), "")


@cache
def _names_in(locale: str) -> dict[str, str]:
    """The codes of languages, by their names in the language of a locale."""
    from babel import Locale

    return {
        " ".join(name.split()).casefold(): code.replace("_", "-") for code, name in Locale(locale).languages.items()
    }


@cache
def _regions() -> dict[str, str]:
    from babel import Locale

    return {name.casefold(): code for code, name in Locale("en").territories.items() if code.isalpha()} | _REGIONS


_REGIONS = {"us": "US", "usa": "US", "uk": "GB", "brasil": "BR"}

_LOCALES = (
    "en", "ru", "ko", "zh", "ja", "de", "fr", "es", "it", "pt", "nl", "pl", "uk", "cs", "sk", "sv", "da", "nb", "fi",
    "hu", "ro", "bg", "el", "tr", "he", "ar", "fa", "hi", "id", "vi", "th", "sr", "hr", "lt", "lv", "et", "ka", "mn",
    "kk", "be",
)  # fmt: skip
"""The languages in which the names of languages are known, in the order in which they are tried."""

_IN_LATEX = {
    "acadian": "fr-CA",
    "american": "en-US",
    "australian": "en-AU",
    "austrian": "de-AT",
    "brazil": "pt-BR",
    "brazilian": "pt-BR",
    "british": "en-GB",
    "canadian": "en-CA",
    "canadien": "fr-CA",
    "chinese-hans": "zh-Hans",
    "chinese-hant": "zh-Hant",
    "chinese-simplified": "zh-Hans",
    "chinese-traditional": "zh-Hant",
    "farsi": "fa",
    "francais": "fr",
    "frenchb": "fr",
    "germanb": "de",
    "greek": "el",
    "kurmanji": "ku",
    "latinclassic": "la",
    "magyar": "hu",
    "mexican": "es-MX",
    "naustrian": "de-AT",
    "newzealand": "en-NZ",
    "ngerman": "de",
    "norsk": "nb",
    "nswissgerman": "de-CH",
    "nynorsk": "nn",
    "polutonikogreek": "el",
    "polytonicgreek": "el",
    "portuges": "pt",
    "serbianc": "sr-Cyrl",
    "simplified chinese": "zh-Hans",
    "slovene": "sl",
    "spanishmx": "es-MX",
    "swissgerman": "de-CH",
    "traditional chinese": "zh-Hant",
    "ukenglish": "en-GB",
    "usenglish": "en-US",
}
"""The languages of LaTeX, by the names that babel and polyglossia give them, where English has another name."""


def are_same(one: str, other: str) -> bool:
    """Whether two codes are of one language in one script: `en` and `en-GB` are, `zh-Hans` and `zh-TW` are not."""
    return (one.partition("-")[0], script_of(one)) == (other.partition("-")[0], script_of(other))


@cache
def script_of(code: str) -> str:
    """The script that a language is usually written in, such as `Cyrl` for `ru`; empty if it is not known."""
    from babel.core import get_global

    language, *subtags = code.split("-")
    if given := _script_in(code):
        return given
    known = get_global("likely_subtags")
    likely = next((known[key] for key in (*(f"{language}_{tag}" for tag in subtags), language) if key in known), "")
    return str(likely).partition("_")[2].partition("_")[0]


@cache
def direction_of(code: str) -> str:
    """The direction in which a language is written, as HTML names it, `ltr` or `rtl`; empty if it is not known."""
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return ""
    return str(locale.text_direction) if locale.script or not _script_in(code) else ""


def _script_in(code: str) -> str:
    return next((tag for tag in code.split("-")[1:] if len(tag) == 4 and tag.isalpha()), "")
