"""Whether the people on call can be reached: numbers tested before they are needed."""
