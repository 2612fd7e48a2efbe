"""Formats that take more than a few lines to write: the calendar, the map, the schema of all records.

May import: the rooms that `exports` may import, and the modules of `exports` but `downloads`.
"""
