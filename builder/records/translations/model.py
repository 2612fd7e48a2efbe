"""A file of translations: texts in another language, each with the original that it translates."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BeforeValidator, Field, WithJsonSchema

from builder.records.models.fields import AnyId, Prose, Title, Yes
from builder.records.models.fields import prose as read_prose
from builder.records.models.shapes import Shape
from builder.records.safe_text import Text

FOLDER: Final = "translations"
"""The folder of translations, below that of the summaries. In it is a folder for each language."""


def _if_written(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else read_prose(value)


_IfWritten = Annotated[
    Text | None,
    BeforeValidator(_if_written),
    WithJsonSchema({"type": "string", "description": "Plain text; [[id]] links to a record."}),
]


class TranslatedText(Shape):
    """A text in another language. It is shown for the text that it was translated from."""

    record: AnyId | None = None
    """The record that has the text. Only in a file for many records, such as `places.yml`."""

    field: Title
    """The field that has the text, such as `title`, `outcomes.text` or `disputes.answers.text`."""

    original: Prose
    """What was translated, exactly as the summary says it. If the summary says something else now, that is reported."""

    earlier: Prose | None = None
    """The wording that the translation is of, if the summary has another now. Delete it when all is right again."""

    translation: _IfWritten = None
    """The same in the other language, with the same links. While it is empty, readers see the original."""


class Translation(Shape):
    """The texts of one record, of the explainer itself or of many records in another language."""

    machine: Yes = False
    """`true` if a machine translated it, and nobody who knows both languages has read it. Its page says so."""

    texts: tuple[TranslatedText, ...] = Field(min_length=1)
    """The texts, each with its original. `explainer translate` writes those that are not there yet."""
