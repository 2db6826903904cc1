"""How well the reading reads, per function."""
