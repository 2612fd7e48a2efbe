"""Explanations of the terms that a page uses, as Markdown abbreviations."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache

from markupsafe import Markup

from builder.explainer.linking import Explainer
from builder.records.models.term import Term
from builder.records.safe_text import escaped


def used_in(body: str, terms: tuple[str, ...]) -> list[str]:
    """Return the terms that a page uses as whole words, sorted. A term within a longer one there does not count."""
    starting = _by_first_word(terms)
    used, end = set(), 0
    for word in _like_first_words(terms).finditer(body):
        if word[0] in starting and word.start() >= end:
            for term in starting[word[0]]:
                after = word.start() + len(term)
                if body.startswith(term, word.start()) and not _WORD.match(body, after):
                    used.add(term)
                    end = after
                    break
    return sorted(used)


_WORD = re.compile(r"\w+")


@lru_cache(maxsize=4)  # the same for all pages of an explainer
def _by_first_word(terms: tuple[str, ...]) -> dict[str, list[str]]:
    """The terms that start with a word, the longest first. So a page is not searched for each of many terms."""
    found: dict[str, list[str]] = defaultdict(list)
    for term in sorted(terms, key=len, reverse=True):
        found[_WORD.findall(term)[0]].append(term)
    return dict(found)


@lru_cache(maxsize=4)
def _like_first_words(terms: tuple[str, ...]) -> re.Pattern[str]:
    """Finds the words that begin with the same two characters as some term, which few words of a page do."""
    seconds: dict[str, set[str]] = defaultdict(set)
    for word in _by_first_word(terms):
        seconds[word[0]].add(word[1:2])
    starts = (
        first + _STARTS_A_WORD + ("" if "" in found else f"[{''.join(sorted(found))}]")
        for first, found in sorted(seconds.items())
    )
    return re.compile("|".join(rf"{start}\w*" for start in starts) or _NOTHING)


_STARTS_A_WORD = r"(?<!\w.)"
"""That the character before is the first of a word. Written after it, as the search is slower if it comes first."""

_NOTHING = r"(?!)"

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
