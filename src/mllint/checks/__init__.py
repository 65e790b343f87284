"""The Python of rules that the matcher cannot say; each module is the twin of a card of the same stem."""
