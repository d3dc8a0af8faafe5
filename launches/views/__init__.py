"""Pages and acts of launches."""
