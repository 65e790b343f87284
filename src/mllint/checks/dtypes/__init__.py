"""Checks about element types and the memory that they cost."""
