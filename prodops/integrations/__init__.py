"""Connections to outside systems and the runs that copy; may import notifications and below."""
