"""How to cite the explainer, as CITATION.cff 1.2.0: https://citation-file-format.github.io/

The file is YAML whose values are JSON, which is YAML too.
"""

from __future__ import annotations

import json
import re

from builder.explainer.linking import Explainer
from builder.explainer.words import Words
from builder.exports.descriptions.licences import licence_id

CITATION = "data/CITATION.cff"


def citation_file(explainer: Explainer, words: Words, site: str) -> bytes:
    """Return the file. `site` is the site's address with a slash at its end, or empty."""
    settings = explainer.settings
    answer = [settings.lead.text] if settings.lead else [statement.text for statement in settings.answer]
    fields: dict[str, object] = {
        "cff-version": "1.2.0",
        "message": words("cite.message").unescape(),
        "type": "dataset",
        "title": str(settings.title),
        "authors": [{"name": name} for name in dict.fromkeys(map(str, settings.editors))],
        "abstract": " ".join([str(settings.question), *(" ".join(explainer.plain(text).split()) for text in answer)]),
        "date-released": settings.as_of.first.isoformat(),
        "version": settings.as_of.text,
        "license": licence_id(str(settings.licence)),
        "url": site if site.startswith(("http://", "https://")) else None,
    }
    return "".join(f"{name}: {_yaml(value)}\n" for name, value in fields.items() if value).encode()


def _yaml(value: object) -> str:
    return _NOT_YAML.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(value, ensure_ascii=False))


_NOT_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""Characters that JSON may hold as they are, and YAML may not."""
