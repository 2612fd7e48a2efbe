"""The lines about the explainer's day, which the theme shows on every page."""

from __future__ import annotations

from builder.dates.edtf_dates import Date
from builder.explainer.words import Words


def day_lines(as_of: Date, review_after: Date | None, words: Words) -> dict[str, str]:
    """Return the line about the last day that is covered and, with `review_after`, the note from that day on."""
    date = words.day(as_of)
    lines = {"line": str(words("page.as_of", date=date))}
    if review_after:
        due = words.day(review_after)
        lines |= {"after": review_after.text, "past": str(words("page.past", date=date, due=due))}
    return lines
