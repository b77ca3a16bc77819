"""How a municipality decides when nobody is on duty, and what waits for its next shift."""
