"""The records that editors write: a model for each kind, and the loading of the summaries folder into them.

May import: `problems`, `parsing`, `dates`.
Start with `models/`, with a file for each kind of record, then `loading.load`, which returns `Summaries`.
`validation_messages` puts pydantic's errors into plain words, `safe_text` makes typed text safe to print.
"""
