"""Webhooks: JSON posted by cameras, drones and other people's servers, read as agreed with each source."""
