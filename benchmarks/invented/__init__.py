"""Invented explainers: any number of records, in the proportions of a real explainer. Start at `records.py`."""

from benchmarks.invented.proportions import Ids
from benchmarks.invented.records import write_invented

__all__ = ["Ids", "write_invented"]
