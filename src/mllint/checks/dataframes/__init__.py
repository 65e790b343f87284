"""Rules about data frames."""
