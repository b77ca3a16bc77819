"""Whom else a case concerns: the municipality's rules, and what they found at the case's address."""
