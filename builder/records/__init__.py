"""The records that editors write: a model for each kind, and the loading of the summaries folder into them.

May import: `problems`, `system`, `parsing`, `dates`.
Start with `models/`, with a file for each kind of record, then `loading.load`, which returns `Summaries`.
`validation_messages` puts pydantic's errors into plain words, `safe_text` makes typed text safe to print,
`past_records` finds in git what is no longer there.
"""
