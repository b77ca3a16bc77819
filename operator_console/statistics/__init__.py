"""The figures of all municipalities, for the centre."""
