"""Turns structured summaries of a long process into the pages of a site."""

__version__ = "0.1.0"
