"""The demo organisation; may import everything, nothing imports it."""
