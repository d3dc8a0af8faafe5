"""Connections, their credentials and their runs."""

from prodops.integrations.models.connection import Connection, Credential
from prodops.integrations.models.outward import OutwardWrite
from prodops.integrations.models.run import ProjectPass, SkippedRecord, SyncRun
from prodops.integrations.models.upload import Upload, UploadPart
from prodops.integrations.models.webhook import Webhook, WebhookDelivery

__all__ = [
    "Connection",
    "Credential",
    "OutwardWrite",
    "ProjectPass",
    "SkippedRecord",
    "SyncRun",
    "Upload",
    "UploadPart",
    "Webhook",
    "WebhookDelivery",
]
