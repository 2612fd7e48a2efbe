"""Writing summaries: starting new ones, bringing in many, putting their fields in order.

May import: everything below `cli` but `preview`.
Start with `scaffolding` for `new`, `formatting` for `format`, `importing/` for `import`. `saving` alone writes
summaries to disk, all or none.
"""
