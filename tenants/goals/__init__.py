"""What a municipality wants of the times that are measured."""
