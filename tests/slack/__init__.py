"""Slack: its calls, and what becomes of them."""
