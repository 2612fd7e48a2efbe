"""The names of files of translations: for each language the explainer's own texts, records, lists of texts."""

from __future__ import annotations

from typing import Final

from builder.problems import did_you_mean, visible
from builder.records.languages.language_codes import language_code
from builder.records.models.kinds import IN_FILES, RECORDS

OF_SETTINGS: Final = "explainer"
"""The name of the file with the explainer's own texts, without `.yml`."""

_WITH_PAGES: Final = tuple(kind.kind_name for kind in IN_FILES)
_KINDS: Final = tuple(kind.kind_name for kind in RECORDS)


def problem_with_file(language: str, name: str) -> tuple[str, str, str] | None:
    """The rule, message and hint if this is no file of translations; None if it is one.

    `name` is its path below the folder of the language without `.yml`: `explainer`, `visits/<id>` or `places`.
    """
    if not name:
        example = f"such as translations/ru/{OF_SETTINGS}.yml"
        return "unknown-file", "a translation is in a folder named after its language", example
    if language_code(language) != language:
        return "bad-language", f"'{visible(language)}' is not a language code", "name the folder ru, ko or pt-BR"
    folder, _, stem = name.rpartition("/")
    if folder:
        if folder in _WITH_PAGES:
            return None
        hint = did_you_mean(folder, _WITH_PAGES)
        if folder in _KINDS:
            hint = f"put the texts of all {folder} into {folder}.yml"
        return "unknown-file", f"unknown folder '{visible(folder)}'", hint
    known = (OF_SETTINGS, *_KINDS)
    return None if stem in known else ("unknown-file", f"unknown file '{visible(stem)}.yml'", did_you_mean(stem, known))
