"""From planned fixes to edited text: builders, imports, the loop that applies them, and writing back.

The only room that imports libcst, and only when a builder that needs it is first used.
"""
