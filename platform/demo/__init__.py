"""A believable region with live traffic, in one command. Everybody in it is made up.

`python -m demo` starts it all; `demo.world` lays out the region; `demo.traffic` keeps it alive through the
same door that real senders use.
"""
