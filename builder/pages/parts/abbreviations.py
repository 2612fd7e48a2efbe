"""Explanations of the terms that a page uses, as Markdown abbreviations."""

from __future__ import annotations

import re

from markupsafe import Markup

from builder.explainer.linking import Explainer
from builder.records.models.term import Term
from builder.records.safe_text import escaped


class Abbreviations:
    """The terms of an explainer with their meanings, and a pattern that finds them on a page."""

    def __init__(self, explainer: Explainer) -> None:
        self.terms = _meanings(explainer)
        longest_first = sorted(self.terms, key=len, reverse=True)
        self.term = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")

    def used_in(self, body: str) -> str:
        """Return Markdown abbreviations for the terms that a page uses."""
        used = sorted(set(self.term.findall(body))) if self.terms else []
        return "".join(f"\n*[{word}]: {self.terms[word]}" for word in used) + ("\n" if used else "")


_FINDABLE = re.compile(r"(?!wzxhzdk|klzzwxh)(?=.*[^\W\d_])[^\W_]+(?:[ \-–][^\W_]+)*")


def _meanings(explainer: Explainer) -> dict[str, Markup]:
    """Return the words to explain, with their meanings: terms and their other forms, if Markdown can find them.

    Words that occur in the names of other records are left out, as they are part of a name there. So are numbers,
    which are in dates and counts, and the placeholders that Python-Markdown uses internally.
    """
    named = [record.label for record in explainer.records.values() if not isinstance(record, Term)]
    names = "\n".join([*named, *(party.name for party in explainer.parties), explainer.settings.title])
    return {
        word: escaped(" ".join(explainer.plain(term.definition).split()))
        for term in explainer.terms
        for word in (term.term, *term.also)
        if _FINDABLE.fullmatch(word) and word not in names
    }
