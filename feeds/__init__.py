"""Reads the world: blogs, Mastodon and Bluesky into one SQLite file. It knows nothing of people."""
