"""Jinja set up for our templates: what they may print, and where compiled ones are kept. Start in `environment`.

May import: what `pages` may.
"""
