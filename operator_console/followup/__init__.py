"""After the cases: one of them told in order, and the figures of all."""
