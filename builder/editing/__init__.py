"""Writes summaries: creates new ones, imports many at once and formats them.

May import: everything but `cli`.
Start with `scaffolding` for `new`, `formatting` for `format` and `importing/` for `import`. Only `saving` writes
summaries to disk.
"""
