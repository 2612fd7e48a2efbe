"""What commands tell about an explainer: its state, and what changed since a revision of git.

May import: `problems` up to `pages`, and `assembly`.
`diff.compare` holds two revisions against each other, `git` lays one out, `report_text` words both.
"""
