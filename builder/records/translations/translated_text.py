"""Texts of a record in another language. Every other text of the record is in the language of the explainer."""

from __future__ import annotations

from builder.records.safe_text import Line, Text


class Translated(Text):
    """A text in the language of the page. It knows the original as the record has it now."""

    __slots__ = ("original", "stale")

    original: Text
    stale: bool
    """Whether it was translated from an earlier wording of the original."""

    def part(self, text: str) -> Translated:
        """A part of this translation."""
        part = Translated(text)
        part.original, part.stale = self.original, self.stale
        return part


class TranslatedLine(Translated, Line):
    """One line in the language of the page."""

    __slots__ = ()


def translated(text: str, original: Text, *, stale: bool = False) -> Translated:
    """The translation of a text: one line if the original is one."""
    made = TranslatedLine(text) if isinstance(original, Line) else Translated(text)
    made.original, made.stale = original, stale
    return made


def original_of(text: Text) -> Text:
    """The text as the record has it in the language of the explainer."""
    return text.original if isinstance(text, Translated) else text
