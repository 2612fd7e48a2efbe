"""The records in other formats: JSON and its schema, CSV, calendar, map data, citations, feeds.

May import: `problems` up to `checks`.
Start with `downloads.exports`, which returns every file. `json_schema` is for text editors, `structured_data` for
search engines.
"""
