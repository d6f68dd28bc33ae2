"""A Discord and an arXiv on loopback, so that the real bot can run anywhere.

Nothing here knows the bot, and the bot knows nothing of this package: they meet over HTTP and a
websocket, exactly as the bot meets the real services.
"""
