"""What a transmitter calls itself, sealed beside its keyed hash: whoever looks after it must know which it is."""
