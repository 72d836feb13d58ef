"""Files that people already have, one importer for each format."""
