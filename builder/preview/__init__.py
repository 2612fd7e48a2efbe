"""The preview: serves the site on this machine and updates it a moment after each save.

May import: `problems` up to `site`.
Start with `server.serve`; MkDocs calls the same module through `builder/hook.py`. `state` is the state of a running
preview, and `work_in_progress` decides what it shows of summaries that have problems.
"""
