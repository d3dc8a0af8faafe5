"""Jira: client, mapping, sync and the copied records."""
