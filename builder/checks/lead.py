"""Checks the lead of the home page: how long it is, and that every number in it is counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from builder.explainer.linking import Explainer
from builder.explainer.words import Words
from builder.problems import Problem, visible
from builder.records.loading import SETTINGS_FILE

MOST_WORDS: Final = 45
"""How many words a lead may have, so that a phone shows all of it with the question."""


def check_lead(explainer: Explainer, words: Words) -> Iterator[Problem]:
    """Warn of a lead that is long, and of each number in it that nothing in its `asserts` counts.

    Years, days of a month and the number one, which has too many other meanings, need not be counted.
    """
    lead = explainer.settings.lead
    if lead is None:
        return
    origin, text = explainer.origins[SETTINGS_FILE], explainer.plain(lead.text)
    if (length := len(text.split())) > MOST_WORDS:
        hint = f"at most {MOST_WORDS}: the verdict, and what it rests on; the rest belongs in 'answer'"
        found = f"the lead has {length} words"
        yield Problem(location=origin.at(("lead", "text")), rule="long-lead", message=found, hint=hint, warning=True)
    counted = {
        way.casefold()
        for assertion in lead.asserts
        for number in (assertion.count, assertion.sum, assertion.difference)
        if number is not None
        for way in words.ways_to_write(Decimal(number))
    }
    for number in dict.fromkeys(_numbers(text, words)):
        if number.casefold() not in counted:
            found = f"nothing counts the number '{visible(number)}' in the lead"
            hint = "add it to 'asserts', or leave it out"
            yield Problem(
                location=origin.at(("lead", "text")), rule="uncounted", message=found, hint=hint, warning=True
            )


def _numbers(text: str, words: Words) -> Iterator[str]:
    """The numbers in a text, in digits or as words from two on, that are not part of a date."""
    months = {name for form in ("wide", "abbreviated") for name in words.locale.months["format"][form].values()}
    month = "|".join(re.escape(name) for name in sorted(months, key=len, reverse=True))
    without_dates = re.sub(
        rf"\d{{1,2}}\.?\s+(?:{month})\b|\b(?:{month})\s+\d{{1,2}}\b(?!\d)|\b[12]\d{{3}}\b", " ", text
    )
    named = (words.phrases.get(f"numbers.{number}", "").partition(",")[0] for number in range(2, 13))
    in_words = "|".join(re.escape(name) for name in named if name)
    pattern = r"(?<![\w-])\d+(?:[.,]\d+)*(?![\w-])" + (rf"|(?<![\w-])(?:{in_words})(?![\w-])" if in_words else "")
    yield from (match[0] for match in re.finditer(pattern, without_dates, re.IGNORECASE))
