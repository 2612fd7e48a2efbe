"""Explanations of the terms that a page uses, as Markdown abbreviations."""

from __future__ import annotations

import re
from functools import lru_cache

from markupsafe import Markup

from builder.explainer.linking import Explainer
from builder.records.models.term import Term
from builder.records.safe_text import escaped


def used_in(body: str, terms: tuple[str, ...]) -> list[str]:
    """Return the terms that a page uses, sorted."""
    return sorted(set(_pattern(terms).findall(body))) if terms else []


@lru_cache(maxsize=4)  # the same for all pages of an explainer
def _pattern(terms: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(terms, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")


_FINDABLE = re.compile(r"(?!wzxhzdk|klzzwxh)(?=.*[^\W\d_])[^\W_]+(?:[ \-–][^\W_]+)*")


def meanings(explainer: Explainer) -> dict[str, Markup]:
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
