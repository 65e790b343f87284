"""Checks about the sizes of a network's layers."""
