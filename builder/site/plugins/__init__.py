"""Plugins of ours for MkDocs: the navigation, what is filled in, and pages kept from build to build.

`page_cache` reuses what MkDocs made of a page: `cache_keys` says when, `cache_store` keeps it in a file.
"""
