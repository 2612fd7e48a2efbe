"""The fields of each kind of record, with a file for each kind. The text under a field is its documentation.

`fields` has the types of single values, `shapes` the parts of records, `record` what all records have in common, and
`kinds` the list of kinds. The handbook's reference and the JSON Schemas are made from these models.
"""
