"""Terms explained where a page uses them, in Markdown's way."""

from __future__ import annotations

import re

from markupsafe import Markup

from builder.explainer.linking import Explainer
from builder.records.models.term import Term
from builder.records.safe_text import escaped


class Abbreviations:
    """What the terms of an explainer mean, and how they are found in a page."""

    def __init__(self, explainer: Explainer) -> None:
        self.terms = _explained(explainer)
        longest_first = sorted(self.terms, key=len, reverse=True)
        self.term = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")

    def used_in(self, body: str) -> str:
        """The terms that a page uses, in Markdown's way to explain them where they stand."""
        used = sorted(set(self.term.findall(body))) if self.terms else []
        return "".join(f"\n*[{word}]: {self.terms[word]}" for word in used) + ("\n" if used else "")


_FINDABLE = re.compile(r"(?!wzxhzdk|klzzwxh)(?=.*[^\W\d_])[^\W_]+(?:[ \-–][^\W_]+)*")


def _explained(explainer: Explainer) -> dict[str, Markup]:
    """Words to explain where they stand: terms and their other forms, plain enough to be found in Markdown.

    Words from the names of other records are left out: there they are part of a name. So are numbers, which would
    be found in footnotes, and the words that Python-Markdown puts in the place of what it has set aside.
    """
    named = [record.label for record in explainer.records.values() if not isinstance(record, Term)]
    names = "\n".join([*named, *(party.name for party in explainer.parties), explainer.settings.title])
    return {
        word: escaped(" ".join(explainer.plain(term.definition).split()))
        for term in explainer.terms
        for word in (term.term, *term.also)
        if _FINDABLE.fullmatch(word) and word not in names
    }
