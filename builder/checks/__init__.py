"""Checks of the records: contradictions, missing sources, and what an editor may want to look into.

May import: `problems` up to `explainer`.
Start with `consistency.check_consistency`: `check` reports its problems and warnings. `sourcing` checks that everything
has a source, `answers` and `counts` that answers and numbers still agree with the records, and that one question gets
one answer; `duplicates` and `markup` find what is there twice or would show as typed. `quality/` has what `report`
shows.
"""
