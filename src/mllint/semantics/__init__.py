"""What a name is and where a statement stands, computed from ``ast`` alone, on demand.

``tree`` makes one pass over the file; ``scopes`` and ``flow`` find which definitions reach a name;
``kinds``, ``knowledge`` and ``inference`` tell what a value is; ``module`` holds them together.
"""
