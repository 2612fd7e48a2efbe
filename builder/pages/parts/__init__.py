"""What stands on pages of many kinds: lists of sources, abbreviations, text for the search, values in pages by hand."""
