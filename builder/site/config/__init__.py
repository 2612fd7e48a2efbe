"""What the builder adds to the mkdocs.yml of an explainer, so that it holds only what its host decides.

Start reading in `defaults`. `mkdocs_problems` says what MkDocs finds wrong.
"""
