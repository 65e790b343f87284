"""mllint finds, explains and rewrites documented performance anti-patterns in machine-learning Python."""

__version__ = "0.1.0"
