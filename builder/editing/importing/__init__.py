"""Imports summaries from tables and bibliographies.

Start with `importer.import_file`. `tables/` reads spreadsheets, `references/` the files of reference managers;
`made_ids` names records that have no id, `updating` changes those that are there already.
"""
