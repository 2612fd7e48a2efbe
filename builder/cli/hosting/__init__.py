"""The subcommands for whoever publishes an explainer: `init`, `upgrade`, and what the workflow on GitHub asks."""
