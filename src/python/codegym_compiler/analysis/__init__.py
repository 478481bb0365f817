"""What is known of a program: what may move, what its order means, what it costs, what passes through it."""
