"""Checks about reading data and building batches."""
