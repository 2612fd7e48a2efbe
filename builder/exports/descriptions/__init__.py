"""What describes the explainer and its data to programs: how to cite it, its tables, its pages.

May import: the rooms that `exports` may import, and the modules of `exports` but `downloads`.
"""
