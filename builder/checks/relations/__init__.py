"""Checks of records of one kind and those they refer to: documents and what became of them, talks and their rounds."""
