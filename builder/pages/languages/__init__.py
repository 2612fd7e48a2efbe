"""The site in other languages: which pages it has in each, and what its links are. Start in `edition`.

May import: what `pages` may.
"""
