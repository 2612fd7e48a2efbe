"""What the summaries say, as digests by file, and which parts of them differ from those of the last build.

A part is a record, the claims on a source, or another thing that is written in one place. Its key is that in `origins`.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from builder.explainer.linking import Explainer, ids_in
from builder.explainer.tracing.digests import Digests
from builder.records.loading import CLAIMS_FOLDER, REMOVED_FILE, SETTINGS_FILE, Origin
from builder.records.models.record import Record
from builder.records.models.shapes import Shape

Written = Mapping[str, tuple[str, str]]
"""By the path of a file: a digest of it, empty if it is not known whether its parts are as they are written there, and
its parts as JSON. Nothing at all if it can't be said what differs.
"""

Part = list[str]
"""Its kind, a digest of it, a digest of what many others show of it, and then the ids that it names."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """What differs from the last build."""

    keys: frozenset[str]
    """The parts that differ: new ones, and those that are gone, among them."""

    named: frozenset[str]
    """The ids that these parts name, or named in the last build."""

    kinds: frozenset[str]
    """The kinds of the records among these parts."""

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
    if explainer.later or not known.keys() <= origins.keys() or not _is_in_order(explainer):
        return {}
    keys: dict[str, list[str]] = defaultdict(list)
    for key, origin in origins.items():
        keys[origin.document.path].append(key)
    found = {}
    for path, of_file in keys.items():
        parts = [(key, _part(explainer, known, key)) for key in of_file]
        digest = ""
        if all(part is read.get(key) for key, part in parts if part is not None):
            left_out = [key for key in of_file if not _is_shown(explainer, key)]
            digest = _digest(origins[of_file[0]].document.data, left_out)
        last = before.get(path, ("", ""))
        if not digest or last[0] != digest:
            said = {key: _said(explainer, key, part, digests) for key, part in parts if part is not None}
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
    return hashlib.blake2b(json.dumps(left_out).encode() + b"\0" + data, digest_size=16).hexdigest() if data else ""


def _said(explainer: Explainer, key: str, part: Shape, digests: Digests) -> Part:
    kind, seen = "", ""
    if isinstance(part, Record):
        kind = part.kind_name
        seen = digests.of((part.label, key in explainer.records))
    return [kind, digests.of_shape(part), seen, *sorted({id for _, id, _ in ids_in(part)})]


def changes(before: Written, now: Written) -> Changes | None:
    """What differs between two builds; None if that can't be said."""
    if not before or not now:
        return None
    keys, named, kinds, labels = set[str](), set[str](), set[str](), False
    for path in before.keys() | now.keys():
        old, new = before.get(path, _NO_FILE), now.get(path, _NO_FILE)
        if old == new:
            continue
        were, are = json.loads(old[1]), json.loads(new[1])
        if [key for key in were if key in are] != [key for key in are if key in were]:
            return None
        for key in were.keys() | are.keys():
            was, now_is = were.get(key, _NO_PART), are.get(key, _NO_PART)
            if was != now_is:
                keys.add(key)
                for each in (was, now_is):
                    kinds.add(each[0])
                    named.update(each[3:])
                labels |= was[2] != now_is[2]
    for side in (before, now):  # a use of a source by claims has the record of the source that makes them
        for key, part in _claims_of(keys, side):
            keys.add(key)
            named.update(part[3:])
    return Changes(keys=frozenset(keys), named=frozenset(named), kinds=frozenset(kinds - {""}), labels=labels)


def _claims_of(keys: Iterable[str], side: Written) -> list[tuple[str, Part]]:
    """The parts with the claims on sources, by the ids of the sources."""
    folder = min((path for path in side if path.endswith(SETTINGS_FILE)), key=len).removesuffix(SETTINGS_FILE)
    files = (side.get(f"{folder}{CLAIMS_FOLDER}/{key}.yml", _NO_FILE) for key in keys)
    return [each for _, parts in files for each in json.loads(parts).items()]


_NO_FILE = ("", "{}")
_NO_PART = ["", "", ""]
