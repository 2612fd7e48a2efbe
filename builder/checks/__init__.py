"""Checks of the records: contradictions, missing sources, and what an editor may want to look into.

May import: `problems` up to `explainer`.
Start with `consistency.check_consistency`: `check` reports its problems and warnings. `sourcing` checks that everything
has a source, `answers` that answers still agree with the records. `findings` collects what `report` shows, from
`coverage`, `staleness` and `weak_sources`.
"""
