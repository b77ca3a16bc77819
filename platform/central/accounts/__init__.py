"""Staff accounts: who may sign in, where, and with which capabilities."""
