"""Tables and libraries of sources as summaries: a reader for each format, and one way in for all.

Alone in pybtex. Start with `importer.bring_in`. `spreadsheet` and `columns` read tables, `bibliography`, `bibtex` and
`library` the files of reference managers.
"""
