"""Imports summaries from tables and bibliographies.

Only this package imports pybtex. Start with `importer.import_file`. `spreadsheet` and `columns` read tables;
`bibliography`, `bibtex` and `library` read the files of reference managers.
"""
