"""Renaming and removing records: every place that names one is found in the models and changed in its file.

`names` finds what an id stands for, `places` what names it, `rename` and `remove` change the files.
"""
