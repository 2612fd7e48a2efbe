"""The search of a big explainer, in parts of which a reader downloads few. Start reading in `sharded_index`.

`search_words` separates the texts into words as the theme's search does.
"""
