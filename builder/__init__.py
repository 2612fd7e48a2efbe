"""Turns structured summaries of a long process into a site."""

__version__ = "0.1.0"
