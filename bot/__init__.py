"""Paperboy: each day's arXiv papers for the Discord channels that asked for them."""

__version__ = "0.1.0"
