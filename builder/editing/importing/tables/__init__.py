"""Reads tables: text with commas, semicolons or tabs, workbooks of Excel, and spreadsheets of LibreOffice.

Each reader gives rows of cells; `columns` turns them into records.
"""
