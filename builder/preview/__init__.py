"""The site while one edits: served on this machine, up to date a moment after each save.

May import: `problems` up to `site`. Shares MkDocs with `site`.
Start with `server.serve`; MkDocs calls the same module through `builder/hook.py`. `state` is what a running preview
knows.
"""
