"""The reports of commands: the state of an explainer, and what changed since a git revision.

May import: `problems` up to `assembly`.
`diff.compare` compares two revisions, `git` extracts one, `wording` formats both reports.
"""
