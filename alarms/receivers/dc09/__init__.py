"""SIA DC-09: what alarm panels speak over TCP and UDP. These modules are pure: no Django, no sockets, no clock.

``stream`` cuts a byte stream into frames, ``frames`` reads one, ``cipher`` opens it, ``building`` writes one.
``contents`` and ``xdata`` are what stands in a frame, ``codes`` (with ``sia_codes`` and ``cid_codes``) what it means to
the centre, and ``meaning`` joins them. The codec is our own, since siadc09 loses the leading zeros of an account.
"""
