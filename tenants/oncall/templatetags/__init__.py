"""Filters of the on-call pages."""
