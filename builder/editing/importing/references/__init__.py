"""Reads the files of reference managers: BibTeX, CSL-JSON and RIS.

Start with `reference_fields.sources_of`. Each reader gives references with the fields of CSL.
"""
