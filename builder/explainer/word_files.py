"""Reads the site's own words from templates/words, and compares a translation with the English file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from babel import Locale, UnknownLocaleError

from builder.dates.date_wording import GENITIVE
from builder.explainer.words import PLURALS, Words, gaps_of
from builder.parsing.documents import Document
from builder.parsing.yaml_reader import read
from builder.problems import Problem, SummaryError, did_you_mean, visible
from builder.records.loading import Origin

REFERENCE = "en"
"""The language whose phrases every other language must have."""

NUMBERS = "numbers"
"""The phrases that are numbers. A language may have more of them than English."""


def load_words(
    folders: Sequence[Path],
    language: str,
    overrides: Mapping[str, str],
    settings: Origin,
    field: tuple[str | int, ...] = ("language",),
) -> Words:
    """Read the phrases of a language, or of its base language (`en` for `en-GB`), and apply the overrides.

    `folders` hold templates. The first one with words in the language counts; the last one has them in English.
    `field` is the setting that names the language.

    Raises SummaryError if the language or an overridden phrase is not known or an override has a gap that the phrase
    does not have; or with all that is missing or wrong in the file of the language.
    """
    try:
        locale = Locale.parse(language.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        found = f"'{visible(language)}' is not a language code"
        raise _at(settings, field, "bad-language", found, "such as en, en-GB or fr") from None
    wanted = [folder / "words" / f"{stem}.yml" for stem in (language, locale.language) for folder in folders]
    file = next(filter(Path.is_file, wanted), None)
    if file is None:
        known = sorted({path.stem for folder in folders for path in folder.glob("words/*.yml")})
        found = f"there are no words for '{visible(language)}'"
        hint = f"use one of {', '.join(known)}, or add a file to templates/words/"
        raise _at(settings, field, "no-words", found, hint)
    document = read(file, f"templates/words/{file.name}")
    reference = folders[-1] / "words" / f"{REFERENCE}.yml"
    if file != reference:
        english = read(reference, f"templates/words/{reference.name}")
        if problems := list(compare(document, english, locale)):
            raise SummaryError(problems)
    phrases = _flat(document.plain())
    for name in overrides:
        if name not in phrases:
            found = f"the site has no phrase '{visible(name)}'"
            raise _at(settings, ("words", name), "unknown-word", found, did_you_mean(name, phrases))
        _check_override(name, overrides[name], phrases[name], settings)
    return Words(locale, {**phrases, **{name: str(text) for name, text in overrides.items()}})


def compare(document: Document, english: Document, locale: Locale) -> Iterator[Problem]:
    """Yield what a translation lacks of the English file, what it has too much, and what is wrong in its phrases.

    Which plural forms a phrase needs depends on the language: Polish has other forms for 1, 2 and 5.
    """
    return _Comparison(document, locale).phrases((), document.plain(), english.plain())


class _Comparison:
    """The file of a language next to the English one."""

    def __init__(self, document: Document, locale: Locale) -> None:
        self.document = document
        self.locale = locale
        numbers = {form: [number for number in range(1000) if locale.plural_form(number) == form] for form in PLURALS}
        self.examples = {form: of_form for form, of_form in numbers.items() if of_form}

    def phrases(
        self, path: tuple[str, ...], found: Mapping[str, object], wanted: Mapping[str, object]
    ) -> Iterator[Problem]:
        """Compare the phrases below a name."""
        for name in found:
            if path == (NUMBERS,) and name not in wanted and name.isdecimal():
                yield from self._phrase((*path, name), found[name], wanted["1"])
            elif name not in wanted:
                message = f"there is no phrase '{_dotted(*path, name)}'"
                yield self._mistake((*path, name), "unknown-word", message, did_you_mean(name, wanted))
        for name, english in wanted.items():
            if name not in found:
                yield from self._missing((*path, name), english)
            else:
                yield from self._phrase((*path, name), found[name], english)

    def _missing(self, path: tuple[str, ...], english: object) -> Iterator[Problem]:
        if isinstance(english, dict) and not _is_plural(english):
            for name, inner in english.items():
                yield from self._missing((*path, name), inner)
            return
        hint = _example(english)
        if isinstance(english, dict):
            hint = f"{hint}; {self._language} needs {self._needed}"
        yield self._mistake(path[:-1], "missing-word", f"the phrase '{_dotted(*path)}' is missing", hint)

    def _phrase(self, path: tuple[str, ...], found: object, english: object) -> Iterator[Problem]:
        if not isinstance(english, dict):
            yield from self._text(path, found, english)
        elif not isinstance(found, dict):
            wanted = f"the forms {self._needed}" if _is_plural(english) else "phrases"
            message = f"'{_dotted(*path)}' takes {wanted}, each on a line below it"
            yield self._mistake(path, "wrong-shape", message, _example(english))
        elif _is_plural(english):
            yield from self._forms(path, found, english)
        else:
            yield from self.phrases(path, found, english)

    def _forms(
        self, path: tuple[str, ...], found: Mapping[str, object], english: Mapping[str, object]
    ) -> Iterator[Problem]:
        """Compare the plural forms of a phrase. A form that only fractions or millions take is not needed."""
        known = {*self.examples, *self.locale.plural_form.tags, "other"}
        for form in found:
            if form not in known:
                message = f"{self._language} has no plural form '{visible(form)}'"
                yield self._mistake((*path, form), "unknown-word", message, f"it has {self._needed}")
        for form, numbers in self.examples.items():
            if form not in found:
                message = f"the phrase '{_dotted(*path)}' has no form '{form}'"
                shown = ", ".join(map(str, numbers[:4])) + (" and so on" if len(numbers) > 4 else "")
                yield self._mistake(path, "missing-word", message, f"it is for {shown}; {_example(english)}")
        for form, text in found.items():
            yield from self._text((*path, form), text, english)

    def _text(self, path: tuple[str, ...], text: object, english: object) -> Iterator[Problem]:
        """Compare a text with the English one, or a plural form with all English ones. It may leave out the number."""
        name, example = _dotted(*path), _example(english)
        if not isinstance(text, str):
            yield self._mistake(path, "wrong-shape", f"'{name}' takes one text", example)
            return
        if not text.strip() and name not in _MAY_BE_EMPTY:
            yield self._mistake(path, "missing-word", f"the phrase '{name}' is empty", example)
            return
        try:
            found = gaps_of(text)
        except ValueError:
            yield self._mistake(path, "bad-gap", *BAD_GAP)
            return
        texts = [str(each) for each in english.values()] if isinstance(english, dict) else [str(english)]
        known = {gap for each in texts for gap in gaps_of(each)}
        for gap in sorted(found - known):
            yield self._mistake(path, "bad-gap", f"the phrase has no gap '{{{visible(gap)}}}'", example)
        for gap in sorted(known - found - ({"count", "number"} if isinstance(english, dict) else set())):
            yield self._mistake(path, "bad-gap", f"the gap '{{{gap}}}' is missing", example)

    def _mistake(self, path: tuple[str, ...], rule: str, message: str, hint: str) -> Problem:
        return Problem(location=self.document.locate(path, key=True), rule=rule, message=message, hint=hint)

    @property
    def _language(self) -> str:
        return self.locale.get_display_name("en") or str(self.locale)

    @property
    def _needed(self) -> str:
        return ", ".join(self.examples)


BAD_GAP = (
    "a brace is not closed, or a gap asks for a form that there is not",
    f"write gaps as {{count}} or {{date:{GENITIVE}}}, and a brace as {{{{",
)


_MAY_BE_EMPTY = frozenset({"checks.pronouns"})
"""Lists of words that a language may not have."""


def _is_plural(phrase: Mapping[str, object]) -> bool:
    return "other" in phrase and phrase.keys() <= set(PLURALS)


def _example(english: object) -> str:
    if isinstance(english, dict):
        return "in English: " + "; ".join(f"{name}: {text}" for name, text in english.items())
    return f"in English: {str(english).strip()}"


def _dotted(*path: str) -> str:
    return visible(".".join(path))


def _flat(phrases: Mapping[str, object]) -> dict[str, str]:
    flat: dict[str, str] = {}
    waiting: list[tuple[str, object]] = [("", phrases)]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend((f"{name}.{key}".lstrip("."), inner) for key, inner in value.items())
        else:
            flat[name] = str(value)
    return flat


def _check_override(name: str, override: str, phrase: str, settings: Origin) -> None:
    """An override may leave out a gap, but not use one that the phrase does not have."""
    try:
        unknown = gaps_of(override) - gaps_of(phrase)
    except ValueError:
        raise _at(settings, ("words", name), "bad-gap", *BAD_GAP) from None
    if unknown:
        known = ", ".join(f"{{{gap}}}" for gap in gaps_of(phrase)) or "none"
        found = f"the phrase has no gap '{{{visible(min(unknown))}}}'"
        raise _at(settings, ("words", name), "bad-gap", found, f"its gaps: {known}")


def _at(settings: Origin, path: tuple[str | int, ...], rule: str, found: str, hint: str) -> SummaryError:
    return SummaryError([Problem(location=settings.at(path), rule=rule, message=found, hint=hint)])
