"""A stand-in for arXiv on loopback: its feeds, its query API and its OAI-PMH interface.

Served from a file of papers and a settable clock, so that a month of announcement days can be
replayed in seconds. Nothing here asks arXiv anything. `app.ArxivSandbox` is the way in.
"""
