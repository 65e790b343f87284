"""Layers of networks and the sizes of their weights."""
