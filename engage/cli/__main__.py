"""Lets `python -m engage.cli` run the program where its command is not installed."""

from engage.cli import main

main()
