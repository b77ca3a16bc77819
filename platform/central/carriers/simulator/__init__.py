"""A carrier to practise on: a process that speaks Twilio's HTTP API and shows a page of phones.

It knows nothing of the platform and imports none of it, not even twilio: it signs webhooks by
its own reading of the rules, so that it can serve as an oracle for the adapter.
"""
