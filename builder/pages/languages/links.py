"""Marks links that lead to a page in another language, because there is none in the language of the page."""

from __future__ import annotations

import re
from posixpath import dirname, join, normpath
from typing import Final


def with_languages(body: str, path: str, up: str, original: str) -> str:
    """The Markdown of a page with `hreflang` on each link to a page in the original language.

    `path` is that of the page below docs/, `up` the way from its address to the root of the site.
    """
    folder = f"{path.partition('/')[0]}/"
    code = original.partition("-")[0]  # readers see it behind the link

    def in_markdown(link: re.Match[str]) -> str:
        target = normpath(join(dirname(path), link["page"]))
        if "://" in link["page"] or target.startswith(folder):
            return link[0]
        attributes = link["attributes"]
        return f'{link["link"]}{{: hreflang="{code}" {attributes or "}"}'

    def in_html(link: re.Match[str]) -> str:
        page = link["page"].partition("#")[0]
        leads_to_page = page in ("", "./") or page.endswith("/")
        return link[0] if page.startswith(folder) or not leads_to_page else f'{link[0]} hreflang="{code}"'

    body = _IN_MARKDOWN.sub(in_markdown, body)
    return re.sub(rf'<a (?:class="[^"]*" )?href="{re.escape(up)}(?P<page>[^"]*)"', in_html, body)


_IN_MARKDOWN: Final = re.compile(
    r"(?P<link>\]\((?P<page>[^()#\s]+\.md)(?:#[^()\s]*)?\))(?:\{: (?P<attributes>[^{}\n]*\}))?"
)
