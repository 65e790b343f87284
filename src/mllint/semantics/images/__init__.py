"""Images that code opens, and loops that can open them in threads."""
