"""What an editor may want to look into: records that are thin, out of date or weakly sourced. None of it stops a build.

May import: `problems` up to `explainer`, and `checks`.
Start with `findings`, which collects what `report` shows from the other modules; `wording` has what `check` warns of.
"""
