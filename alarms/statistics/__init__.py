"""Figures computed from what was stored: how long it took to answer, to accept and to arrive."""
