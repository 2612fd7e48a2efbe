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

_KEY, _VERSION = "traces", "2"


def load_traces(project: Project) -> Traces:
    """The traces of the last build; none if there is no file or somebody changed it."""
    with no_collection():  # all of it is kept
        return _load(project)


def _load(project: Project) -> Traces:
    try:
        found = json.loads(CacheFile(project.root / FILE, _VERSION).get(_KEY) or "")
        return Traces(
            base=found["base"],
            written={path: (digest, parts) for path, (digest, parts) in found["written"].items()},
            questions=found["questions"],
            digests=found["digests"],
            inputs={int(number): inputs for number, inputs in found["inputs"].items()},
            made={name: Trace(asked=asked, files=files) for name, (asked, files) in found["made"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return NOTHING_MADE


def save_traces(traces: Traces, project: Project) -> None:
    """Keep the traces for the next build, if the disk lets it."""
    with no_collection():
        _save(traces, project)


def _save(traces: Traces, project: Project) -> None:
    content = {
        "base": traces.base,
        "written": traces.written,
        "questions": traces.questions,
        "digests": traces.digests,
        "inputs": traces.inputs,
        "made": {name: (trace.asked, trace.files) for name, trace in traces.made.items()},
    }
    file = CacheFile(project.root / FILE, _VERSION)
    file.put(_KEY, json.dumps(content, ensure_ascii=False, separators=(",", ":")))
    file.save()
