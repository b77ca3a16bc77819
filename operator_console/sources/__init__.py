"""The page of sources: how each speaks, what it has sent, and what is agreed with those that post webhooks."""
