"""The register of transmitters as people keep it: one at a time, or many from a file."""
