"""The formats of feeds, from text to posts. Pure: no file, no network, no clock."""
