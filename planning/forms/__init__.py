"""Shapes of what people send to planning; none of them saves."""
