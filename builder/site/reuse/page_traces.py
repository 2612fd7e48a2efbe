"""Keeps the traces of a build in a file. A file that is lost or damaged only means that everything is made again."""

from __future__ import annotations

import json
from typing import Final

from builder.pages.traces import NOTHING_MADE, Trace, Traces
from builder.project import Project
from builder.system.cache_file import CacheFile
from builder.system.parallel import no_collection

FILE: Final = ".cache/traces"
"""Where the traces are, below the project's root."""

_KEY, _VERSION = "traces", "1"


def load_traces(project: Project) -> Traces:
    """The traces of the last build; none if there is no file or somebody changed it."""
    with no_collection():  # all of it is kept
        return _load(project)


def _load(project: Project) -> Traces:
    try:
        found = json.loads(CacheFile(project.root / FILE, _VERSION).get(_KEY) or "")
        questions = [tuple(question) for question, _, _ in found["asked"]]
        answered = {
            tuple(question): (digest, tuple(questions[number] for number in inputs))
            for question, digest, inputs in found["asked"]
        }
        return Traces(
            base=found["base"],
            answered=answered,
            made={
                name: Trace(asked=tuple(questions[number] for number in asked), files=files)
                for name, (asked, files) in found["made"].items()
            },
        )
    except (ValueError, KeyError, TypeError, IndexError):
        return NOTHING_MADE


def save_traces(traces: Traces, project: Project) -> None:
    """Keep the traces for the next build, if the disk lets it."""
    with no_collection():
        _save(traces, project)


def _save(traces: Traces, project: Project) -> None:
    numbers = {question: number for number, question in enumerate(traces.answered)}
    made = {
        name: [[numbers[question] for question in trace.asked], dict(trace.files)]
        for name, trace in traces.made.items()
    }
    asked = [
        [question, digest, [numbers[each] for each in inputs]] for question, (digest, inputs) in traces.answered.items()
    ]
    content = {"base": traces.base, "asked": asked, "made": made}
    file = CacheFile(project.root / FILE, _VERSION)
    file.put(_KEY, json.dumps(content, ensure_ascii=False, separators=(",", ":")))
    file.save()
