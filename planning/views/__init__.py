"""Pages and acts of planning."""
