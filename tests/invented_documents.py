"""Documents for an invented explainer, which has none: signed at visits, ratified and left later."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from builder.explainer.linking import link
from builder.records.loading import load


def add_documents(summaries: Path) -> None:
    """Add a document for each fourth visit, which names it. Each document amends the one before."""
    explainer = link(load(summaries))
    states = [party.id for party in explainer.parties if party.id.startswith("state")]
    leaders = [party.id for party in explainer.parties if party.id.startswith("leader")]
    folder, before = summaries / "documents", ""
    folder.mkdir(exist_ok=True)
    for number, visit in enumerate(explainer.visits[::4]):
        id, day = f"pact-{number}", visit.date.first.isoformat()
        sources = [str(citation) for citation in visit.sources]
        one, other = states[number % len(states)], states[(number + 1) % len(states)]
        document: dict[str, Any] = {
            "title": f"Pact {number}",
            "kind": "treaty",
            "date": day,
            "parties": [
                {"party": one, "did": "signed", "through": leaders[number % len(leaders)]},
                {"party": other, "did": "signed"},
                {"party": one, "did": "ratified", "date": visit.date.last.isoformat()},
                {"party": other, "did": "withdrew", "date": visit.date.last.isoformat(), "sources": sources[:1]},
            ],
            "sources": sources,
            "history": [{"date": day, "status": "signed", "text": "They sign it.", "sources": sources[:1]}],
        }
        if before:
            document["amends"] = [before]
        write(folder / f"{id}.yml", document)
        file = summaries / "visits" / f"{visit.id}.yml"
        content = yaml.load(file.read_text("utf-8"), yaml.BaseLoader)
        content["documents"] = [*content.get("documents", []), {"document": id}]
        write(file, content)
        before = id


def write(file: Path, content: dict[str, Any]) -> None:
    """Write a summary."""
    file.write_text(yaml.dump(content, allow_unicode=True, sort_keys=False), "utf-8")
