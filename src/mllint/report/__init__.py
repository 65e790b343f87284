"""Formats: pure functions from findings to text, one small module each."""
