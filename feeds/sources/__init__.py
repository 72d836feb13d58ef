"""One room per kind of source. They do not know each other."""
