"""What there is to compile: the solution as a syntax tree, its entry and scopes, and what the statement says."""
