"""Keeps the traces of a build in a file. A file that is lost or damaged only means that everything is made again."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from typing import Final

from builder.pages.traces import NOTHING_MADE, Trace, Traces
from builder.project import Project

FILE: Final = ".cache/traces.json"
"""Where the traces are, below the project's root."""


def load_traces(project: Project) -> Traces:
    """The traces of the last build; none if there is no file or somebody changed it."""
    try:
        seal, _, text = (project.root / FILE).read_bytes().partition(b"\n")
        if seal != _seal(text):
            return NOTHING_MADE
        found = json.loads(text)
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
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return NOTHING_MADE


def save_traces(traces: Traces, project: Project) -> None:
    """Keep the traces for the next build, if the disk lets it."""
    numbers = {question: number for number, question in enumerate(traces.answered)}
    made = {
        name: [[numbers[question] for question in trace.asked], dict(trace.files)]
        for name, trace in traces.made.items()
    }
    asked = [
        [question, digest, [numbers[each] for each in inputs]] for question, (digest, inputs) in traces.answered.items()
    ]
    content = {"base": traces.base, "asked": asked, "made": made}
    text = json.dumps(content, ensure_ascii=False).encode()
    file = project.root / FILE
    temporary = file.with_name(f"{file.name}.tmp")
    with suppress(OSError):
        file.parent.mkdir(exist_ok=True)
        temporary.write_bytes(_seal(text) + b"\n" + text)
        temporary.replace(file)


def _seal(text: bytes) -> bytes:
    return hashlib.blake2b(text, digest_size=16).hexdigest().encode()
