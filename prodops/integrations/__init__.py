"""Connections to outside systems and the runs that copy from them; may import notifications and below."""
