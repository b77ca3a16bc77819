"""Registers filled from files: looked at first, then written all or none."""
