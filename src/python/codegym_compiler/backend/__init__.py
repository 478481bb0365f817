"""What is written: the environment's file, its solver, its documents, the task; and the episodes that choose configurations."""
