"""Pages of connections, their runs, what was set aside, and the door for webhooks."""
