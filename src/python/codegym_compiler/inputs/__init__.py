"""Inputs to run the solution on: drawn, read out of the statement, changed, kept when they run."""
