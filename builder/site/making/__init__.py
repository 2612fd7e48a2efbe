"""Making a page that is not kept: MkDocs's steps for one page with less work, and the same result byte for byte.

Start at `conversion.py`. Each module stands in for a step of a library, whose own code still does what is unusual.
"""
