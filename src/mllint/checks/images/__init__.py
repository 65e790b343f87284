"""Checks about opening, decoding and shrinking images."""
