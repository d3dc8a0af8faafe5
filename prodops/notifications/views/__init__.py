"""Pages of notifications, comments and mail."""
