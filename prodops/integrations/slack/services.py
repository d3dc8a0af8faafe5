"""Setting up a workspace, and speaking to it."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from prodops.integrations import secrets
from prodops.integrations.addresses import check_url
from prodops.integrations.slack.client import SlackClient
from prodops.integrations.slack.models import Workspace, WorkspaceSecret
from prodops.integrations.slack.receiving import secret_of

Use = WorkspaceSecret.Use


@transaction.atomic
def save_workspace(
    *,
    workspace: Workspace | None = None,
    bot_token: str = "",
    signing_secret: str = "",
    at: datetime,
    **fields: Any,
) -> Workspace:
    """Create or change a workspace; an empty secret keeps the one there is.

    Raises AddressRefused when the hub may not call the address.
    """
    fields["base_url"] = check_url(fields["base_url"], allow_private=settings.ALLOW_PRIVATE_URLS)
    workspace = workspace or Workspace()
    for name, value in fields.items():
        setattr(workspace, name, value)
    workspace.save()
    for use, secret in ((Use.BOT_TOKEN, bot_token), (Use.SIGNING, signing_secret)):
        if secret:
            WorkspaceSecret.objects.update_or_create(
                workspace=workspace,
                use=use,
                defaults={
                    "sealed": secrets.seal(secret),
                    "key_id": secrets.key_id(),
                    "changed_at": at,
                },
            )
    return workspace


def test_workspace(*, base_url: str, bot_token: str) -> tuple[str, str]:
    """Sign in; return the workspace's id and name. Raises SourceError with the reason."""
    client = SlackClient(
        base_url=base_url, token=bot_token, allow_private=settings.ALLOW_PRIVATE_URLS
    )
    return client.whoami()


def client_for(workspace: Workspace) -> SlackClient:
    """Return the bot of a workspace; raises SecretUnreadable or AddressRefused."""
    return SlackClient(
        base_url=workspace.base_url,
        token=secret_of(workspace, Use.BOT_TOKEN),
        allow_private=settings.ALLOW_PRIVATE_URLS,
    )
