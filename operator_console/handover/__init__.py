"""The page of the shift handover."""
