"""Checks of translations: each is of a text that a record has, with the same links and numbers.

That a translation is of an earlier wording is only a warning: the page says so, and the original is one click away.
"""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Final

from builder.explainer.words import Words
from builder.parsing.limits import MAX_LINE
from builder.problems import Problem, SummaryError, did_you_mean, visible
from builder.records.loading import Origin, Summaries
from builder.records.models.kinds import RECORDS, SINGULARS
from builder.records.models.record import Record
from builder.records.models.settings import Settings
from builder.records.models.shapes import Shape
from builder.records.safe_text import Line, Text
from builder.records.translations.files import OF_SETTINGS
from builder.records.translations.matching import NOT_TEXTS, field_of, normal
from builder.records.translations.model import FOLDER, TranslatedText, Translation
from builder.records.translations.translating import TranslatedRecord, translated_records

_KINDS: Final[Mapping[str, type[Record]]] = {kind.kind_name: kind for kind in RECORDS}


def check_translations(summaries: Summaries, words: Mapping[str, Words]) -> tuple[Problem, ...]:
    """Check the files of translations and return the warnings. Raises SummaryError with every error.

    `words` has the words of the explainer's language and of each language that it is translated into.
    """
    found = [
        problem
        for language, files in summaries.translations.items()
        for name, translation in files.items()
        for problem in _in_file(summaries, language, name, translation)
    ]
    if not found:
        for language in summaries.translations:
            for record in translated_records(summaries, language).values():
                found.extend(_in_record(summaries, record, words[str(summaries.settings.language)], words[language]))
    if any(not problem.warning for problem in found):
        raise SummaryError(problem for problem in found if not problem.warning)
    return tuple(found)


def _in_file(summaries: Summaries, language: str, name: str, translation: Translation) -> Iterator[Problem]:
    """Yield what is wrong with the names in a file: of its language, of records and of fields."""
    origin = summaries.origins[f"{FOLDER}/{language}/{name}"]
    if language not in summaries.settings.languages:
        found = f"'languages' in explainer.yml does not name '{language}'"
        yield Problem(location=origin.at(), rule="no-language", message=found, hint=f"add {language} to it")
        return
    kind, _, id = name.partition("/")
    if id and (problem := _wrong_record(summaries, kind, id, origin)):
        yield problem
        return
    for place, text in enumerate(translation.texts):
        at = ("texts", place)
        is_list = name in _KINDS
        if is_list and text.record is None:
            found = "it is not said which record has this text"
            yield Problem(location=origin.at(at), rule="missing-field", message=found, hint="add 'record:' with its id")
        elif not is_list and text.record is not None:
            found = "the record is the one that the file is named after"
            yield Problem(
                location=origin.at((*at, "record"), key=True), rule="unknown-field", message=found, hint="delete this"
            )
        elif is_list and (problem := _wrong_record(summaries, kind, text.record or "", origin, (*at, "record"))):
            yield problem
        else:
            yield from _wrong_field(origin, at, Settings if name == OF_SETTINGS else _KINDS[kind], text)


def _wrong_record(
    summaries: Summaries, kind: str, id: str, origin: Origin, at: tuple[str | int, ...] = ()
) -> Problem | None:
    """The problem if there is no such record of the kind. One that is not shown yet is none."""
    record = summaries.records.get(id)
    if (record and record.kind_name == kind) or id in summaries.drafts or id in summaries.later:
        return None
    if record:
        found = f"'{id}' is a {SINGULARS[record.kind_name]}, not a {SINGULARS[kind]}"
        hint = f"put its translation into {FOLDER}/<language>/{record.kind_name}"
        return Problem(location=origin.at(at), rule="wrong-kind", message=found, hint=hint)
    meant = summaries.names.meant_by(id, (kind,))
    hint = f"did you mean '{meant}'?" if meant else "delete this, or name a record that exists"
    return Problem(location=origin.at(at), rule="dangling", message=f"there is no '{visible(id)}'", hint=hint)


def _wrong_field(
    origin: Origin, at: tuple[str | int, ...], model: type[Shape], text: TranslatedText
) -> Iterator[Problem]:
    known = _text_fields(model)
    location = origin.at((*at, "field"))
    if text.field in known:
        if text.translation and known[text.field] and ("\n" in text.translation or len(text.translation) > MAX_LINE):
            found, hint = f"'{text.field}' is one line", "put all of it on one line, and shorten it if it is very long"
            yield Problem(location=origin.at((*at, "translation")), rule="wrong-shape", message=found, hint=hint)
    elif text.field in _all_fields(model):
        found = f"'{visible(text.field)}' is no text to translate"
        inside = [name for name in known if name.startswith(f"{text.field}.")]
        hint = f"write {' or '.join(inside)}" if inside else "it is the same in every language: delete this entry"
        yield Problem(location=location, rule="not-a-text", message=found, hint=hint)
    else:
        found = f"unknown field '{visible(text.field)}'"
        yield Problem(location=location, rule="unknown-field", message=found, hint=did_you_mean(text.field, known))


@cache
def _text_fields(model: type[Shape]) -> dict[str, bool]:
    """The fields of a model that can be translated, such as `outcomes.text`, and whether each is one line."""
    return {field_of(path): kind is Line for path, kind in _fields(model) if kind and NOT_TEXTS.isdisjoint(path)}


@cache
def _all_fields(model: type[Shape]) -> frozenset[str]:
    return frozenset(field_of(path) for path, _ in _fields(model))


def _fields(model: type[Shape]) -> Iterator[tuple[tuple[str, ...], type[Text] | None]]:
    """Yield the path of every field of a model, and the kind of text that it has, if it has one."""
    for name, field in model.model_fields.items():
        path, shape, kind = (field.alias or name,), None, None
        for each in _types_in(field.annotation):
            if isinstance(each, type) and issubclass(each, Shape):
                shape = each
            elif isinstance(each, type) and issubclass(each, Text):
                kind = each
        yield path, None if shape else kind
        if shape:
            yield from (((*path, *below), inner) for below, inner in _fields(shape))


def _types_in(annotation: object) -> Iterator[object]:
    inner = typing.get_args(annotation)
    yield annotation
    for each in inner:
        yield from _types_in(each)


def _in_record(
    summaries: Summaries, record: TranslatedRecord, original: Words, translation: Words
) -> Iterator[Problem]:
    """Yield how translations of a record differ from what it says now."""
    yield from _repeated(record)
    for place in record.matches.left_over:
        origin, at, text = record.written[place]
        found = f"'{text.field}' does not say what this translates, nor anything like it"
        hint = "delete this entry, or run 'explainer translate' and translate the new text"
        yield _warning(origin, at, "original", found, hint, rule="left-over")
    seen: set[int] = set()
    for match in record.matches.texts:
        if match.place is None or match.place in seen:
            continue
        seen.add(match.place)
        origin, at, text = record.written[match.place]
        assert text.translation is not None, "only what is translated is matched"
        if match.stale:
            found = f"this translates an earlier wording; '{text.field}' now says '{_shown(match.of.text)}'"
            hint = (
                "put the translation right, then delete 'earlier'"
                if text.earlier
                else "put the translation right, and copy that to 'original'; 'explainer translate' helps"
            )
            yield _warning(origin, at, "translation", found, hint, rule="stale-translation")
            yield from _links_to_nothing(summaries, origin, at, text.translation)
            continue
        yield from _other_links(origin, at, match.of.text, text.translation)
        wanted, given = _numbers(match.of.text, original), _numbers(text.translation, translation)
        if wanted != given:
            shown = _and(sorted(wanted - given), "only the original has {}") + _and(
                sorted(given - wanted), "only the translation has {}"
            )
            hint = "compare the two; a number in words is no mistake"
            yield _warning(origin, at, "translation", "; ".join(shown), hint, rule="other-numbers")


def _warning(origin: Origin, place: int, field: str, found: str, hint: str, *, rule: str) -> Problem:
    return Problem(location=origin.at(("texts", place, field)), rule=rule, message=found, hint=hint, warning=True)


def _repeated(record: TranslatedRecord) -> Iterator[Problem]:
    """Yield a problem for each second translation of the same text."""
    first: dict[tuple[str, str], str] = {}
    for origin, at, text in record.written:
        if text.translation is None:
            continue
        location = origin.at(("texts", at))
        key = text.field, normal(text.original)
        if key in first:
            hint = f"delete one of the two; first at {first[key]}"
            yield Problem(location=location, rule="repeated", message="this text is translated twice", hint=hint)
        first.setdefault(key, str(location))


def _other_links(origin: Origin, at: int, original: Text, translation: Text) -> Iterator[Problem]:
    """Yield a problem if a translation links to other records than the original."""
    if isinstance(original, Line):
        return
    wanted, given = (sorted({link.id for link in text.links}) for text in (original, translation))
    if wanted != given:
        missing, extra = sorted(set(wanted) - set(given)), sorted(set(given) - set(wanted))
        shown = _and(missing, "the link to {} is missing") + _and(extra, "the original has no link to {}")
        hint = f"write [[{missing[0]}|its name in the sentence]]" if missing else "remove the brackets"
        location = origin.at(("texts", at, "translation"))
        yield Problem(location=location, rule="other-links", message="; ".join(shown), hint=hint)


def _links_to_nothing(summaries: Summaries, origin: Origin, at: int, translation: Text) -> Iterator[Problem]:
    for link in translation.links:
        if link.id not in summaries.records and link.id not in summaries.later:
            location = origin.at(("texts", at, "translation"))
            found, hint = f"there is no '{visible(link.id)}'", "name a record that exists"
            yield Problem(location=location, rule="dangling", message=found, hint=hint)


def _and(items: list[str], phrase: str) -> list[str]:
    return [phrase.format(", ".join(visible(each) for each in items))] if items else []


def _numbers(text: Text, words: Words) -> frozenset[str]:
    """The numbers in digits in a text, each as it is written without signs between digits."""
    found = set()
    for match in _NUMBER.findall(text):
        digits = "".join(match.split())
        measured = words.measured(digits)
        found.add(str(measured[0].normalize() + Decimal(0)) if measured else digits)
    return frozenset(found)


_NUMBER: Final = re.compile(r"(?<!\d)\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d(?:[\d.,'’٬٫]*\d)?")
"""Digits with the signs that a language puts between them. A space stands only before groups of three."""


def _shown(text: Text) -> str:
    plain = visible(" ".join(text.split()))
    return plain if len(plain) <= _SHOWN else f"{plain[: _SHOWN - 1]}…"


_SHOWN: Final = 80
