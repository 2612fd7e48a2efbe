"""Writes summaries: creates new ones, imports many at once, formats, renames and removes them.

May import: everything but `cli`.
Start with `scaffolding` for `new`, `formatting` for `format` and `importing/` for `import`, `renaming/` for
`rename` and `remove`. Only `saving` writes summaries to disk.
"""
