"""What the shared tables know of cases afterwards: facts for a case's timeline, and figures over many."""
