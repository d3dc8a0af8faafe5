"""Pages of the change history and of threads."""
