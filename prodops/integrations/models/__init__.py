"""Connections and their runs."""

from prodops.integrations.models.connection import Connection
from prodops.integrations.models.run import SkippedRecord, SyncRun

__all__ = ["Connection", "SkippedRecord", "SyncRun"]
