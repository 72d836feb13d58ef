"""Knows people: whose posts these are, what matters today, what to write, and what passed between you."""

__version__ = "0.1.0"
