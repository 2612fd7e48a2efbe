"""The fields of each kind of record, a file a kind. The text under a field is its documentation.

`fields` has the types of single values, `shapes` what records are made of, `record` what all of them have, `kinds`
the list of them. The handbook's reference and the JSON Schemas are made from these.
"""
