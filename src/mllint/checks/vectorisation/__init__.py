"""Checks about Python loops over arrays."""
