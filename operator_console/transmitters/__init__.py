"""The transmitters: who is heard, who is silent, what is wrong with them, and service."""
