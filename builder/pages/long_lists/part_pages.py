"""The pages of the parts of a list, with the ways between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from builder.pages.long_lists.parts import Part

if TYPE_CHECKING:
    from builder.pages.plan import Plan, Trail

Item = TypeVar("Item")


def pages_of_parts(whole: Part[Item], page: Plan, context: Callable[[Part[Item]], dict[str, object]]) -> Iterator[Plan]:
    """Yield the pages of the parts of a list whose first page is `page`. They are like it.

    Each leads to the parts beside it and, if it shows its entries in full, to the one before and the one after.
    """
    if not whole.parts:
        return
    leaves = tuple(whole.leaves())
    before = {part.path: earlier for earlier, part in pairwise(leaves)}
    after = {part.path: later for part, later in pairwise(leaves)}
    trails: dict[str, Trail] = {whole.path: (*page.trail, (page.title, page.path))}
    for outer in (whole, *whole.all_parts()):
        for part in outer.parts:
            trails[part.path] = (*trails[outer.path], (part.label, part.path))
            yield replace(
                page,
                path=part.path,
                title=part.title,
                context=partial(context, part),
                part=part,
                trail=trails[outer.path],
                before=before.get(part.path),
                after=after.get(part.path),
                beside=outer.parts,
            )
