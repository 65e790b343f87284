"""Loops over arrays whose rounds do not depend on each other."""
