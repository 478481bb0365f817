"""The lattice of value kinds, how kinds are inferred, and how values travel as JSON."""
