"""Dates as editors write them (EDTF): parsing, order, first and last day, and how they read in any language.

May import: `problems`. Shares Babel with `explainer.words`.
Start with `edtf_dates.Date`. A new way to write a date is recognised in `date_hints`, a new way to word one is in
`in_words`.
"""
