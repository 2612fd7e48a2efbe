"""The list of pages for language models, as https://llmstxt.org/ proposes: the question, the answer, a line a page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from builder.explainer.addresses import on_the_web
from builder.explainer.linking import Explainer
from builder.explainer.words import Words

LLMS = "data/llms.txt"
"""Where it is below docs/. The site has it at its root too, where programs look for it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedPage:
    """A page to list: its path below docs/, its title and description, escaped, and the title of its list, if any."""

    path: str
    title: Markup
    description: Markup
    within: Markup | None


def page_list(explainer: Explainer, pages: Iterable[ListedPage], words: Words, site: str) -> bytes:
    """Return the list in Markdown. `site` is the site's address with a slash at its end, or empty."""
    settings = explainer.settings
    answer = [settings.lead.text] if settings.lead else [statement.text for statement in settings.answer]
    sections: dict[str, list[str]] = {}
    for page in pages:
        heading = _line(page.within or words("llms.pages"))
        address = on_the_web(page.path, site) or "./"
        sections.setdefault(heading, []).append(f"- [{_line(page.title)}]({address}): {_line(page.description)}")
    parts = [
        f"# {_line(settings.title)}",
        f"> {_line(settings.question)}",
        *(_line(explainer.plain(text)) for text in answer),
        _line(words("llms.data")),
        *(f"## {heading}\n\n" + "\n".join(lines) for heading, lines in sections.items()),
    ]
    return ("\n\n".join(parts) + "\n").encode()


def _line(text: str) -> str:
    plain = text.unescape() if isinstance(text, Markup) else text
    return _SIGNS.sub(r"\\\g<0>", " ".join(plain.split()))


_SIGNS = re.compile(r"[\\`*_\[\]<>]")
"""What Markdown would not print as typed."""
