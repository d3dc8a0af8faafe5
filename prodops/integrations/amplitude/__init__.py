"""Amplitude: client, cost budget, mapping, sync, the kept series and the taxonomy."""
