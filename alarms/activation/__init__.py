"""Cases that concern more than one: what the municipalities' rules propose, and the linked cases that are started."""
