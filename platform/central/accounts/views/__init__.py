"""Pages of the accounts app: signing in, and one's own account."""
