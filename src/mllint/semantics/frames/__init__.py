"""Data frames: where they are read from, and which of their columns are used."""
