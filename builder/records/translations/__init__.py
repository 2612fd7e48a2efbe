"""Translations of texts into other languages: what an editor writes, matched with the records. Start in `translating`.

May import: what `records` may.
"""
