"""Imports summaries from tables and bibliographies.

Start with `importer.import_file`. `spreadsheet` and `columns` read tables;
`reference_files`, `bibtex` and `reference_fields` read the files of reference managers.
"""
