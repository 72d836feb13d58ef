"""Subscriptions in and out. Pure."""

from feeds.opml.model import Outline, Subscriptions
from feeds.opml.reading import read
from feeds.opml.writing import write

__all__ = ["Outline", "Subscriptions", "read", "write"]
