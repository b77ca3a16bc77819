"""A case's still pictures and streams: opened with a reason, for a while, and never through the socket."""
