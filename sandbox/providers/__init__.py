"""Services that summarize and translate, on loopback: each speaks its provider's protocol."""
