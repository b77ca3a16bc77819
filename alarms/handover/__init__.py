"""Shift handover between two shift leaders."""
