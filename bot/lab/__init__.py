"""`paperboy lab`: Paperboy's own parts on an operator's own papers, JSON lines in and out."""
