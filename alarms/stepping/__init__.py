"""Instructions at work: how soon steps must be done, what follows otherwise, and reviews asked of the centre."""
