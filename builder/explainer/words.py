"""The site's own words in the explainer's language, read from templates/words and checked for completeness."""

from __future__ import annotations

import re
import string
from collections.abc import Container, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Literal, cast

from babel import Locale, UnknownLocaleError
from babel.lists import format_list
from babel.numbers import NumberFormatError, format_decimal, parse_decimal
from markupsafe import Markup, escape

from builder.dates.date_wording import date_in_words
from builder.dates.edtf_dates import NOT_KNOWN, Date
from builder.parsing.documents import Document
from builder.parsing.yaml_reader import read
from builder.problems import Problem, SummaryError, did_you_mean, visible
from builder.records.loading import Origin
from builder.records.models.visit import LEVELS
from builder.records.safe_text import Text, escaped

REFERENCE = "en"
"""The language whose phrases every other language must have."""

ANY_LEVEL = "any_level."
"""What the names of phrases begin with that take the place of others if not only leaders' visits count as meetings."""

_PLURALS = frozenset({"zero", "one", "two", "few", "many", "other"})

_MEASURE = re.compile(r"(?P<number>\d(?:[\d.,'’ \u00a0\u202f]*\d)?)(?P<unit>[^\d,;(]*)")
"""A number with the signs that any language puts between its digits, and a unit."""


@dataclass(frozen=True)
class Words:
    """Phrases by dotted name, such as `status.held`. The plural forms are below it, such as `count.one`."""

    locale: Locale
    phrases: Mapping[str, str]

    def __call__(self, name: str, **fillers: object) -> Markup:
        """A phrase with its `{gaps}` filled. `count` chooses the plural form.

        Raises KeyError for a missing phrase or filler, which is a bug and not an editor's mistake.
        """
        phrase = self.phrases.get(name)
        if phrase is None:
            category = self.locale.plural_form(cast(int, fillers["count"]))
            phrase = self.phrases.get(f"{name}.{category}") or self.phrases[f"{name}.other"]
        filled = (escaped(literal) if gap is None else escape(fillers[gap]) for literal, gap in _pieces(phrase))
        return Markup("").join(filled)

    def __contains__(self, name: str) -> bool:
        return name in self.phrases or f"{name}.other" in self.phrases

    def at_any_level(self, kept: Container[str]) -> Words:
        """The same words for an explainer in which not only leaders meet, apart from the phrases named in `kept`."""
        instead = {name.removeprefix(ANY_LEVEL): name for name in self.phrases if name.startswith(ANY_LEVEL)}
        found = {name: self.phrases[other] for name, other in instead.items() if name not in kept}
        return Words(self.locale, {**self.phrases, **found})

    def levels(self, levels: Container[str]) -> Markup:
        """Levels of visits as a list, the most senior first."""
        return self.list([self(f"level.{level}") for level in LEVELS if level in levels])

    def day(self, date: Date) -> Markup:
        """A date in words, as precise as it is known."""
        if date == NOT_KNOWN:
            return self("site.no_date")
        if date not in self._days:
            self._days[date] = Text(date_in_words(date, self.locale, self._date_phrases)).__html__()
        return self._days[date]

    @cached_property
    def _days(self) -> dict[Date, Markup]:
        return {}

    def language(self, code: str) -> Markup:
        """The name of a language, or its code if its name is not known."""
        try:
            name = Locale.parse(code, sep="-").get_display_name(self.locale)
        except (ValueError, UnknownLocaleError):
            name = None
        return escaped(name or code)

    def ways_to_write(self, number: Decimal) -> tuple[str, ...]:
        """A number as it may stand in a text: in digits as the language writes them and, up to 12, in words."""
        digits = (
            format_decimal(number, "#,##0.###", locale=self.locale, group_separator=grouped)
            for grouped in (True, False)
        )
        in_words = self.phrases.get(f"numbers.{number}", "").split(",")
        return tuple(dict.fromkeys((*digits, *filter(None, map(str.strip, in_words)))))

    def number(self, count: int) -> Markup:
        """A number as a word if the language has one for it, else in digits."""
        word = self.phrases.get(f"numbers.{count}", "").partition(",")[0].strip()
        return escaped(word or str(count))

    def measured(self, text: str) -> tuple[Decimal, str] | None:
        """The exact number that a text begins with and its unit, up to a comma or bracket; None if there is none."""
        match = _MEASURE.match(text)
        if match is None:
            return None
        try:
            return parse_decimal(match["number"], self.locale, strict=True), match["unit"].strip()
        except NumberFormatError:
            return None

    def months(self, length: Literal["abbreviated", "narrow"]) -> tuple[Text, ...]:
        """The names of the months, abbreviated or as one letter each."""
        names = self.locale.months["stand-alone"][length]
        return tuple(Text(names[number]) for number in range(1, 13))

    def list(self, items: list[Markup]) -> Markup:
        """Join items as the language does, such as `a, b and c`; with semicolons if an item is such a list itself."""
        if len(items) > 1 and any(separator in item for separator in self._separators for item in items):
            return Markup("; ").join(items)
        marks = [f"\x00{index}\x00" for index in range(len(items))]
        joined = format_list(marks, locale=self.locale)
        pieces = joined.split("\x00")
        return Markup("").join(
            items[int(piece)] if index % 2 else Markup(escape(piece)) for index, piece in enumerate(pieces)
        )

    @cached_property
    def _separators(self) -> tuple[str, ...]:
        """What the language puts between the items of a list, such as `, ` and ` and `."""
        two, three = (format_list(["\x00"] * count, locale=self.locale).split("\x00") for count in (2, 3))
        return tuple({separator for separator in (*two, *three) if separator})

    @cached_property
    def _date_phrases(self) -> dict[str, str]:
        return {name.removeprefix("dates."): text for name, text in self.phrases.items() if name.startswith("dates.")}


def load_words(folder: Path, language: str, overrides: Mapping[str, str], settings: Origin) -> Words:
    """Read the phrases of a language, or of its base language (`en` for `en-GB`), and apply the overrides.

    Raises SummaryError if the language or an overridden phrase is not known, an override has a gap that the phrase
    does not have, or a phrase is missing.
    """
    try:
        locale = Locale.parse(language.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        found = f"'{visible(language)}' is not a language code"
        raise _at(settings, ("language",), "bad-language", found, "such as en, en-GB or fr") from None
    file = next((file for stem in (language, locale.language) if (file := folder / f"{stem}.yml").is_file()), None)
    if file is None:
        known = sorted(path.stem for path in folder.glob("*.yml"))
        found = f"there are no words for '{visible(language)}'"
        hint = f"use one of {', '.join(known)}, or add a file to templates/words/"
        raise _at(settings, ("language",), "no-words", found, hint)
    phrases = _complete(file, folder)
    for name in overrides:
        if name not in phrases:
            found = f"the site has no phrase '{visible(name)}'"
            raise _at(settings, ("words", name), "unknown-word", found, did_you_mean(name, phrases))
        _check_gaps(name, overrides[name], phrases[name], settings)
    return Words(locale, {**phrases, **{name: str(text) for name, text in overrides.items()}})


def _complete(file: Path, folder: Path) -> dict[str, str]:
    document = read(file, f"templates/words/{file.name}")
    phrases = _flat(document)
    if file.stem != REFERENCE:
        wanted = _flat(read(folder / f"{REFERENCE}.yml", f"templates/words/{REFERENCE}.yml"))
        absent = sorted(name for name in wanted if name not in phrases and name.rpartition(".")[2] not in _PLURALS)
        if absent:
            raise SummaryError(
                Problem(
                    location=document.locate(()),
                    rule="missing-word",
                    message=f"the phrase '{name}' is missing",
                    hint=f"in English: {wanted[name]}",
                )
                for name in absent
            )
    return phrases


def _flat(document: Document) -> dict[str, str]:
    flat: dict[str, str] = {}
    waiting: list[tuple[str, object]] = [("", document.plain())]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend((f"{name}.{key}".lstrip("."), inner) for key, inner in value.items())
        else:
            flat[name] = str(value)
    return flat


def _check_gaps(name: str, override: str, phrase: str, settings: Origin) -> None:
    """An override may leave out a gap, but not use one that the phrase does not have."""
    try:
        unknown = {gap for _, gap in _pieces(override) if gap is not None} - {gap for _, gap in _pieces(phrase) if gap}
    except ValueError:
        raise _at(
            settings, ("words", name), "bad-gap", "a brace is not closed", "write gaps as {count}, and a brace as {{"
        ) from None
    if unknown:
        known = ", ".join(f"{{{gap}}}" for _, gap in _pieces(phrase) if gap) or "none"
        found = f"the phrase has no gap '{{{visible(min(unknown))}}}'"
        raise _at(settings, ("words", name), "bad-gap", found, f"its gaps: {known}")


@cache
def _pieces(phrase: str) -> list[tuple[str, str | None]]:
    """Split a phrase into pieces, each either literal text or the name of a gap."""
    pieces: list[tuple[str, str | None]] = []
    for literal, gap, _, _ in string.Formatter().parse(phrase):
        if literal:
            pieces.append((literal, None))
        if gap is not None:
            pieces.append(("", gap))
    return pieces


def _at(settings: Origin, path: tuple[str | int, ...], rule: str, found: str, hint: str) -> SummaryError:
    return SummaryError([Problem(location=settings.at(path), rule=rule, message=found, hint=hint)])
