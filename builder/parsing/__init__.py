"""From bytes on disk to plain text with positions: finding summary files, decoding them, reading YAML.

May import: `problems`. Alone in PyYAML. Every limit on what a file may hold is here.
Start with `yaml_reader.read`, which gives a `documents.Document`; `yaml_hints` words what YAML refuses.
"""
