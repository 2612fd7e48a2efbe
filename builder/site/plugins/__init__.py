"""Plugins that the builder adds to each run of MkDocs: navigation, placeholders, search, whole page.

`cache_keys` has the digests of what all pages are made from.
"""
