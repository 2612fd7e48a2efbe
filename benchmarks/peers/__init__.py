"""Other generators, and simple pages of the same records for them. Start at `generators.py`."""
