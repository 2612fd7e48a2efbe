"""Dates in EDTF, as editors write them: parsing, order, first and last day, and wording in any language.

May import: `problems`.
Start with `edtf_dates.Date`. `date_hints` recognises other ways to write a date, `date_wording` words dates for
readers.
"""
