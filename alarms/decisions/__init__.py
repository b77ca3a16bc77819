"""What is decided when nobody on duty takes a case."""
