"""Connections, their credentials and their runs."""

from prodops.integrations.models.connection import Connection, Credential
from prodops.integrations.models.run import SkippedRecord, SyncRun

__all__ = ["Connection", "Credential", "SkippedRecord", "SyncRun"]
