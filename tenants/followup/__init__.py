"""Follow-up: what happened, in order; what it led to; and the figures that municipalities are measured by."""
