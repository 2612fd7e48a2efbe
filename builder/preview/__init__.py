"""The preview: serves the site on this machine and updates it a moment after each save.

May import: `problems` up to `site`.
Start with `server.serve`: one loop waits for edits, brings the site up to date with `updates`, and shows it.
`work_in_progress` decides what is shown of summaries that have problems.
"""
