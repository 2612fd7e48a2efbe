"""Starting an explainer in an empty folder, publishing it, and changing to a newer version of the builder.

`starting` is what `explainer init` does, `upgrading` what `explainer upgrade` does. `seals` marks the files that an
upgrade may replace. `github` is what the workflow on GitHub asks.
"""
