"""Figures and torture, run by hand: how fast, how alike, how hard to break."""
