"""Planning, from an accepted request to a kept promise."""
