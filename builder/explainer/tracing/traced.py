"""An explainer that notes each question asked of it, so that a page is made again only if an answer has changed.

The next build asks the same questions. This is a verifying trace, as in "Build systems à la carte" (Mokhov, Mitchell,
Peyton Jones, 2018): what a page depends on is recorded while it is made, and never guessed by its kind.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping, ValuesView
from contextlib import contextmanager
from dataclasses import fields
from typing import Any, TypeVar, cast

from markupsafe import Markup

from builder.explainer.addresses import PAGED
from builder.explainer.linking import Explainer, R
from builder.explainer.tracing.digests import Digests
from builder.explainer.tracing.written import Changes
from builder.explainer.views.headlines import as_listed
from builder.records.loading import CLAIMS_FOLDER, REMOVED_FILE, SETTINGS_FILE
from builder.records.models.kinds import RECORDS
from builder.records.models.party import Party
from builder.records.models.record import Record
from builder.records.models.settings import Settings
from builder.records.models.visit import Visit
from builder.records.safe_text import Line

Question = tuple[str, ...]
"""The name of a question, and what it is about: ids, names of fields."""

Noted = dict[Question, tuple[str, tuple[Question, ...]]]
"""By question: the digest of its answer and, if that is derived, what was asked for it."""

Shared = dict[object, tuple[Markup, tuple[Question, ...]]]
"""What many pages have, and what was asked to make it."""

Value = TypeVar("Value")


class Answers:
    """Answers questions about one explainer. Each is answered once, and its digest is made once.

    A *derived* answer is worked out from other answers, which are noted as its inputs.
    """

    def __init__(self, explainer: Explainer, mark: str = "") -> None:
        """`mark` is what the questions about an explainer in another language begin with when they are noted."""
        self.explainer = explainer
        self.mark: Question = (mark,) if mark else ()
        self.others: dict[str, Answers] = {}
        """The answers about the same explainer in other languages, by their marks."""

        self.ways: dict[str, Callable[..., object]] = {
            "label": explainer.label,
            "naming": self._naming,
            "members": lambda id: explainer.members(explainer.party(id)),
            "setting": lambda name: getattr(explainer.settings, name),
            "all": lambda name: getattr(explainer, name),
            "in": lambda name, key: getattr(explainer, name).get(key),
            "order": lambda *ids: [record.id for record in explainer.in_order(map(explainer.records.__getitem__, ids))],
        }
        """How to answer the questions of each name. Who knows more adds to it."""

        self.touches: dict[str, Callable[..., bool]] = {
            "label": lambda changes, id: id in changes.keys,
            "naming": lambda changes, id, *_: id in changes.named,
            "members": lambda changes, id: Party.kind_name in changes.kinds,
            "setting": lambda changes, name: SETTINGS_FILE in changes.keys,
            "all": _touches_all,
            "in": _touches_entry,
            "order": lambda changes, *ids: not changes.keys.isdisjoint(ids),
        }
        """Whether changes of the summaries can make a difference to an answer. What is not here may always differ."""

        self.derived: dict[str, Callable[..., object]] = {}
        """How to derive answers, by asking `traced`."""

        self.noted: Noted = {}
        """The questions that `note` was called for, and those that their answers are derived from."""

        self.recall: Callable[[Question], str | None] = lambda question: None
        """Returns what a derived answer was in the last build, if it is known to be the same."""

        self.traced = Traced(self)
        self.digests = Digests()
        self._inputs: dict[Question, tuple[Question, ...]] = {}
        self._found: dict[Question, object] = {}
        self._digest_of: dict[Question, str] = {}
        self._recalled: set[Question] = set()
        self._listed: dict[str, Visit] = {}

    def answer(self, question: Question) -> object:
        """The answer to a question. Raises LookupError if it is about something that is not there."""
        if question in self._found:
            return self._found[question]
        if other := self.others.get(question[0]):
            return other.answer(question[1:])
        derive = self.derived.get(question[0])
        if derive is None:
            answer = self.ways[question[0]](*question[1:])
        elif (answer := self.recall(question)) is not None:
            self._recalled.add(question)
        else:
            with self.traced.noting() as asked:
                answer = derive(*question[1:])
            self._inputs[question] = tuple(asked)
        self._found[question] = answer
        return answer

    def digest(self, question: Question) -> str:
        """The digest of an answer; empty if there is none.

        A question of the last build may make no sense now, such as who is on the side of a record that is no party any
        more. What asked it is then made again, and a mistake in the program shows there.
        """
        if question in self._digest_of:
            return self._digest_of[question]
        if other := self.others.get(question[0]):
            return other.digest(question[1:])
        try:
            answer = self.answer(question)
        except Exception:
            digest = ""
        else:
            digest = self.digests.of(answer)
        self._digest_of[question] = digest
        return digest

    def may_differ(self, question: Question, changes: Changes) -> bool:
        """Whether changes of the summaries can make a difference to the answer to a question."""
        touches = self.touches.get(question[0])
        return touches is None or touches(changes, *question[1:])

    def note(self, questions: Iterable[Question]) -> None:
        """Note the digests of answers, for the next build. Those that were recalled were noted in the last one."""
        waiting = list(questions)
        while waiting:
            question = waiting.pop()
            if question not in self.noted and question not in self._recalled:
                digest, inputs = self.digest(question), self._inputs_of(question)
                self.noted[question] = digest, inputs
                waiting.extend(inputs)

    def _inputs_of(self, question: Question) -> tuple[Question, ...]:
        other = self.others.get(question[0])
        return other._inputs_of(question[1:]) if other else self._inputs.get(question, ())

    def _naming(self, id: str, kind: str, *fields: str) -> tuple[Record, ...]:
        found = self.explainer.naming(id, _KINDS[kind], *fields)
        return tuple(self._as_listed(record) if isinstance(record, Visit) else record for record in found)

    def _as_listed(self, visit: Visit) -> Visit:
        if visit.id not in self._listed:
            self._listed[visit.id] = as_listed(visit)
        return self._listed[visit.id]


_KINDS: Mapping[str, type[Record]] = {kind.kind_name: kind for kind in RECORDS}


def _touches_entry(changes: Changes, name: str, key: str) -> bool:
    """Whether changes can touch one entry of a look-up of the explainer."""
    match name:
        case "records":
            return key in changes.keys
        case "claims":
            return f"{CLAIMS_FOLDER}/{key}" in changes.keys
        case "mentions" | "uses":
            return key in changes.named
        case "sides" | "on_side":
            return Party.kind_name in changes.kinds
        case "places_in_order":
            return not changes.kinds.isdisjoint(kind.kind_name for kind in PAGED)
        case "removed_by":
            return REMOVED_FILE in changes.keys
    return True


def _touches_all(changes: Changes, name: str) -> bool:
    """Whether changes can touch a field of the explainer as a whole."""
    if name in _KINDS:
        return name in changes.kinds
    match name:
        case "settings":
            return SETTINGS_FILE in changes.keys
        case "removals" | "removed_by":
            return REMOVED_FILE in changes.keys
        case "sides" | "on_side":
            return Party.kind_name in changes.kinds
        case "claims":
            return any(key.startswith(f"{CLAIMS_FOLDER}/") for key in changes.keys)
        case "records" | "mentions" | "uses" | "places_in_order":
            return bool(changes.keys)
    return True


class Traced(Explainer):
    """An explainer with all its look-ups. It notes the questions while `noting` is on."""

    def __init__(self, answers: Answers) -> None:  # the fields are properties, which are set at the end of this module
        object.__setattr__(self, "answers", answers)
        object.__setattr__(self, "_noted", None)
        object.__setattr__(self, "_look_ups", {})

    answers: Answers
    _noted: dict[Question, None] | None
    _look_ups: dict[str, Mapping[str, Any]]

    @contextmanager
    def noting(self) -> Iterator[dict[Question, None]]:
        """Collect the questions that are asked until the block ends, each once."""
        before, noted = self._noted, dict[Question, None]()
        object.__setattr__(self, "_noted", noted)
        try:
            yield noted
        finally:
            object.__setattr__(self, "_noted", before)

    def ask(self, *question: str) -> Any:
        """Answer a question, and note it."""
        if self._noted is not None:
            self._noted[self.answers.mark + question] = None
        return self.answers.answer(question)

    def once(self, made: Shared, key: object, make: Callable[[], Markup]) -> Markup:
        """Make something that many pages have, and note for each of them what was asked to make it."""
        if key not in made:
            with self.noting() as asked:
                made[key] = make(), tuple(asked)
        result, questions = made[key]
        if self._noted is not None:
            self._noted.update(dict.fromkeys(questions))
        return result

    @property
    def all_settings(self) -> Settings:
        return cast(Settings, self.ask("all", "settings"))

    def label(self, id: str) -> Line:
        return cast(Line, self.ask("label", id))

    def naming(self, id: str, kind: type[R], *fields: str) -> tuple[R, ...]:
        return cast("tuple[R, ...]", self.ask("naming", id, kind.kind_name, *fields))

    def in_order(self, records: Any) -> Any:
        by_id = {record.id: record for record in records}
        return tuple(by_id[id] for id in self.ask("order", *sorted(by_id)))

    def members(self, party: Party) -> tuple[Party, ...]:
        return cast("tuple[Party, ...]", self.ask("members", party.id))


class _TracedSettings:
    """The settings, each a question of its own."""

    def __init__(self, explainer: Traced) -> None:
        self._explainer = explainer

    def __getattr__(self, name: str) -> Any:
        return self._explainer.ask("setting", name)


def _traced_field(name: str, kind: str) -> property:
    """What stands for a field of the explainer: look-ups by id ask for one entry, everything else for all of it."""
    if name == "settings":
        return property(_TracedSettings)
    if name == "origins":
        return property(_refuse)
    if kind.startswith("Mapping"):
        return property(lambda explainer: _look_up(explainer, name))
    return property(lambda explainer: explainer.ask("all", name))


def _look_up(explainer: Traced, name: str) -> Mapping[str, Any]:
    if name not in explainer._look_ups:
        explainer._look_ups[name] = _TracedMapping(explainer, name)
    return explainer._look_ups[name]


def _refuse(explainer: Traced) -> None:
    raise NotImplementedError("no page says where something is written")


class _TracedMapping(Mapping[str, Value]):
    """A look-up by id. Each entry is a question, and all of them together are one."""

    def __init__(self, explainer: Traced, name: str) -> None:
        self._explainer = explainer
        self._name = name

    def __getitem__(self, id: str) -> Value:
        found = self._explainer.ask("in", self._name, id)
        if found is None:
            raise KeyError(id)
        return cast(Value, found)

    def get(self, id: str, default: Any = None) -> Any:  # the one of `Mapping` raises and catches an error
        found = self._explainer.ask("in", self._name, id)
        return default if found is None else found

    def __iter__(self) -> Iterator[str]:
        return iter(self._explainer.ask("all", self._name))

    def __len__(self) -> int:
        return len(self._explainer.ask("all", self._name))

    def values(self) -> ValuesView[Value]:
        return cast("Mapping[str, Value]", self._explainer.ask("all", self._name)).values()

    def items(self) -> ItemsView[str, Value]:
        return cast("Mapping[str, Value]", self._explainer.ask("all", self._name)).items()


for _field in fields(Explainer):
    setattr(Traced, _field.name, _traced_field(_field.name, str(_field.type)))
