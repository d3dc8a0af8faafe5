"""Intake: product requests from the portal to their decision; may import prodops only."""
