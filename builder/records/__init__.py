"""What an editor may write, and what it means: the models of all records, and the folder read into them.

May import: `problems`, `parsing`, `dates`. Alone in pydantic.
Start with `models/`, which has a file for each kind of record, then `loading.load`, which gives `Summaries`.
`validation_messages` says in an editor's words what pydantic refuses, `safe_text` keeps typed text safe to print.
"""
