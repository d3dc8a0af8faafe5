"""Slack: what its workspaces call us for, and the few things we say to them."""
