"""From bytes on disk to plain text with positions: finding summary files, decoding them, reading YAML.

May import: `problems`. Every limit on what may be written is in `limits`.
Start with `yaml_reader.read`, which gives a `documents.Document`; `yaml_hints` explains YAML errors.
"""
