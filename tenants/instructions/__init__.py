"""Action instructions: what the centre does, step by step, when something of a kind happens."""
