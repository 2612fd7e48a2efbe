"""How claims are worded: each is read and cited outside its paragraph, so it must say itself what it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from builder.explainer.linking import Explainer
from builder.explainer.words import Words
from builder.problems import Problem
from builder.records.loading import CLAIMS_FOLDER


def claims_out_of_context(explainer: Explainer, words: Words) -> Iterator[Problem]:
    """Warn of each claim that begins with a word such as 'it', which points at the claim before it.

    `checks.pronouns` in `words` has these words, separated by commas. A language without any has no such warnings.
    """
    pronouns = {word.strip().casefold() for word in words.phrases.get("checks.pronouns", "").split(",")}
    for source, claims in explainer.claims.items():
        origin = explainer.origins[f"{CLAIMS_FOLDER}/{source}"]
        for index, claim in enumerate(claims.claims):
            first = _FIRST.match(explainer.plain(claim.text))
            if first and first["word"].casefold() in pronouns:
                yield Problem(
                    location=origin.at(("claims", index, "text")),
                    rule="out-of-context",
                    message=f"the claim begins with '{first['word']}', and is shown without the one before it",
                    hint="name who or what it is about",
                    warning=True,
                )


_FIRST = re.compile(r"\W*(?P<word>\w+)(?![\w-])")
"""The first word of a text, unless a hyphen follows it: 'One-third' does not point at anything."""
