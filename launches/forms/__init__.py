"""Shapes of what people send to launches; none of them saves."""
