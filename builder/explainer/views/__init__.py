"""What a page shows beyond the fields of its record, worked out from the linked records.

Start reading in `record_views`.
"""
