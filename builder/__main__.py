"""`python -m builder` is the command `explainer`."""

from builder.cli import main

main()
