"""SCAIP (SS 91100:2014, CLC/TS 50134-9:2018): social alarms over SIP MESSAGE. Knows no tables and no Django.

``request`` and ``response`` are the XML, ``codes`` what it means here; ``sip``, ``framing``, ``transactions`` and
``transport`` are as much SIP as two ends of a MESSAGE need; ``receiver`` joins them, ``client`` is the other end.
"""
