"""The records in the formats of other programs: JSON and its schema, CSV, calendar, map data, citations, feeds.

May import: `problems` up to `checks`. Alone in icalendar.
Start with `downloads.exports`, which gives every file. `json_schema` serves editors' programs, `structured_data`
search engines.
"""
