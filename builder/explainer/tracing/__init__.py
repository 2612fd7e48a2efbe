"""What a page was made from: the questions that it asked of the explainer, and digests of the answers.

Start reading in `traced`. May import: what `explainer` may.
"""
