"""Our plugins for MkDocs: the navigation, placeholders, the search, and a cache of pages.

`page_cache` reuses MkDocs's output for a page: `cache_keys` decides when, `cache_store` stores it in a file.
"""
