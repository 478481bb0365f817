"""Outlining: spans of a program become tools, and calls take their places. Which spans, `rules` says."""
