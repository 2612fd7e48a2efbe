"""Languages and scripts: their codes, and their letters written as a to z. Start in `language_codes`.

May import: what `records` may.
"""
