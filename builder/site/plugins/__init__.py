"""Plugins that the builder adds to each run of MkDocs: the navigation, placeholders, the search, a cache of pages.

`page_cache` reuses MkDocs's output for a page: `cache_keys` decides when, `cache_store` stores it in a file.
"""
