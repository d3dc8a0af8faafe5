"""A bad network, dying workers and dying servers, until the hub's copy of Jira is still right."""
