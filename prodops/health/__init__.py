"""Whether the hub is alive and ready: the health addresses and the heartbeat behind them.

Owns Heartbeat and the Postgres extensions every app relies on. Imports nothing of the other apps.
"""
