"""What the summaries say, as digests by file, and which parts of them differ from those of the last build.

A part is a record, the claims on a source, or another thing that is written in one place. Its key is that in `origins`.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from builder.explainer.linking import Explainer, ids_in
from builder.explainer.tracing.digests import Digests
from builder.records.loading import CLAIMS_FOLDER, REMOVED_FILE, SETTINGS_FILE, Origin
from builder.records.models.claims import Claims
from builder.records.models.record import Record
from builder.records.models.shapes import Shape
from builder.system.program import program_digest

Written = Mapping[str, tuple[str, str]]
"""By the path of a file: a digest of it, empty if it is not known whether its parts are as they are written there, and
its parts as JSON. Nothing at all if it can't be said what differs.
"""

Part = list[str]
"""Its kind; digests of it, of it without what only its own page shows, and of its label; then the ids that it names."""

ONLY_ON_ITS_PAGE: Final = frozenset(
    ("statements", "disputes", "reasons", "outcomes", "led_to", "figures", "roles", "reviewed")
)
"""Fields of records that are in no feed and no calendar, on no page about an earlier day, and in no label."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """What differs from the last build."""

    keys: frozenset[str]
    """The parts that differ: new ones, and those that are gone, among them."""

    named: frozenset[str]
    """The ids that these parts name, or named in the last build."""

    kinds: frozenset[str]
    """The kinds of the records among these parts."""

    relinked: frozenset[str]
    """The ids that those of these parts name, or named, that name other ids now."""

    told: bool
    """Whether anything differs besides what only the page of a record shows, and claims."""

    labels: bool
    """Whether any label of a record differs, or which records there are."""


def written(
    explainer: Explainer,
    known: Mapping[str, Record],
    read: Mapping[str, Shape],
    digests: Digests,
    before: Written,
) -> Written:
    """Digests of all that the summaries say.

    `known` are all records, drafts too, and `read` are the parts as they were read from their files. Of a file that is
    the same as `before`, the parts are the same.
    """
    origins = explainer.origins
    shown = explainer.records
    are_shown = all(shown.get(id, record) is record and id in origins for id, record in known.items())
    if explainer.later or not are_shown or not _is_in_order(explainer):
        return {}
    keys: dict[str, list[str]] = defaultdict(list)
    for key, origin in origins.items():
        keys[origin.document.path].append(key)
    found = {}
    for path, of_file in keys.items():
        parts = {key: part for key in of_file if (part := _part(explainer, known, key)) is not None}
        digest = ""
        if all(part is read.get(key) for key, part in parts.items()):
            left_out = [key for key in of_file if not _is_shown(explainer, key)]
            digest = _digest(origins[of_file[0]].document.data, left_out)
        last = before.get(path, _NO_FILE)
        if digest and last[0] == digest:
            for key, said in json.loads(last[1]).items():
                digests.know(parts[key], said[1])
        else:
            said = {key: _said(explainer, key, part, digests) for key, part in parts.items()}
            last = digest, json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        found[path] = last
    return found


def _is_in_order(explainer: Explainer) -> bool:
    """Whether records and claims are in the order of files, so that those that are the same are as they were."""
    origins = explainer.origins
    for keys in (explainer.records, [f"{CLAIMS_FOLDER}/{source}" for source in explainer.claims]):
        places = [_place(origins[key]) for key in keys]
        if places != sorted(places):
            return False
    return True


def _place(origin: Origin) -> tuple[str, int]:
    return origin.document.path, int(origin.path[-1]) if origin.path else 0


def _part(explainer: Explainer, known: Mapping[str, Record], key: str) -> Shape | None:
    """The part with a key; None if there are only problems, or it is shown nowhere."""
    if key == SETTINGS_FILE:
        return explainer.settings
    if key == REMOVED_FILE:
        return explainer.removals
    folder, mark, name = key.partition("/")
    if not mark:
        return explainer.records.get(key) or known.get(key)
    if folder == CLAIMS_FOLDER:
        return explainer.claims.get(name)
    language, _, name = name.partition("/")
    return explainer.translations.get(language, {}).get(name)


def _is_shown(explainer: Explainer, key: str) -> bool:
    """Whether a record or the claims on a source are no draft."""
    folder, _, name = key.partition("/")
    return key in explainer.records or (folder == CLAIMS_FOLDER and name in explainer.claims)


def _digest(data: bytes, left_out: Sequence[str]) -> str:
    about = json.dumps([program_digest(), *left_out]).encode()
    return hashlib.blake2b(about + data, digest_size=16).hexdigest() if data else ""


def _said(explainer: Explainer, key: str, part: Shape, digests: Digests) -> Part:
    kind, label, whole = "", "", digests.of_shape(part)
    told = "" if isinstance(part, Claims) else whole
    if isinstance(part, Record):
        kind = part.kind_name
        label = digests.of((part.label, key in explainer.records))
        if own := dict.fromkeys(ONLY_ON_ITS_PAGE & part.model_fields_set):
            told = digests.of_shape(part.model_copy(update=own))
    return [kind, whole, told, label, *sorted({id for _, id, _ in ids_in(part)})]


def changes(before: Written, now: Written) -> Changes | None:
    """What differs between two builds; None if that can't be said."""
    if not before or not now:
        return None
    keys, named, relinked, kinds = set[str](), set[str](), set[str](), set[str]()
    told = labels = False
    for path in before.keys() | now.keys():
        old, new = before.get(path, _NO_FILE), now.get(path, _NO_FILE)
        if old == new:
            continue
        were, are = json.loads(old[1]), json.loads(new[1])
        if [key for key in were if key in are] != [key for key in are if key in were]:
            return None
        if any(key.startswith(f"{CLAIMS_FOLDER}/") for key in were.keys() ^ are.keys()):
            return None  # what cites a source is told apart by whether it has claims
        for key in were.keys() | are.keys():
            was, now_is = were.get(key, _NO_PART), are.get(key, _NO_PART)
            if was != now_is:
                keys.add(key)
                kinds.update((was[0], now_is[0]))
                names = {*was[_NAMES:], *now_is[_NAMES:]}
                named |= names
                is_listed_otherwise = was[3] != now_is[3]  # by another label, or it is there no longer
                if was[_NAMES:] != now_is[_NAMES:] or is_listed_otherwise:
                    relinked |= names
                told |= was[2] != now_is[2] or is_listed_otherwise
                labels |= is_listed_otherwise
    for side in (before, now):  # a use of a source by claims has the record of the source that makes them
        for key, part in _claims_of(keys, side):
            keys.add(key)
            named.update(part[_NAMES:])
    return Changes(
        keys=frozenset(keys),
        named=frozenset(named),
        kinds=frozenset(kinds - {""}),
        relinked=frozenset(relinked),
        told=told,
        labels=labels,
    )


def _claims_of(keys: Iterable[str], side: Written) -> list[tuple[str, Part]]:
    """The parts with the claims on sources, by the ids of the sources."""
    folder = min((path for path in side if path.endswith(SETTINGS_FILE)), key=len).removesuffix(SETTINGS_FILE)
    files = (side.get(f"{folder}{CLAIMS_FOLDER}/{key}.yml", _NO_FILE) for key in keys)
    return [each for _, parts in files for each in json.loads(parts).items()]


_NAMES: Final = 4
_NO_FILE: Final = ("", "{}")
_NO_PART: Final = [""] * _NAMES
