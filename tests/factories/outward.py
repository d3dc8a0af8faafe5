"""Jira versions, and what people asked to be written to Jira."""

import itertools

from prodops.integrations.jira.models import JiraVersion
from prodops.integrations.models import OutwardWrite, Upload
from tests.factories import jira

NUMBERS = itertools.count(1)


def version(name="4.2", *, project=None, **fields):
    """Make a version of a project, CORE by default."""
    project = project or jira.project()
    return JiraVersion.objects.create(
        connection=project.connection,
        jira_id=f"version-{next(NUMBERS)}",
        project=project,
        name=name,
        **fields,
    )


def write(thread, *, by, at, state="failed", **fields):
    """Make a write of an epic for the record of `thread`; a failed one by default."""
    ended = at if state in {"failed", "done"} else None
    return OutwardWrite.objects.create(
        **{
            "connection": jira.connection(),
            "kind": "epic",
            "key": f"epic:{next(NUMBERS)}",
            "thread": thread,
            "target": "CORE",
            "title": "An epic “Faster checkout” in project CORE",
            "payload": {"project": "CORE", "fields": {"summary": "Faster checkout"}},
            "state": state,
            "not_before": at,
            "finished_at": ended,
            "requested_by": by,
            "requested_at": at,
            "error": "Jira refuses it; see the fields." if state == "failed" else "",
            **fields,
        }
    )


def upload(*, by, at, state="checked", **fields):
    """Make a file somebody handed in; one whose dry run was good by default."""
    return Upload.objects.create(
        **{
            "connection": jira.connection(),
            "name": "jira-export.csv",
            "size": 1234,
            "time_zone": "UTC",
            "state": state,
            "read": 12,
            "created": 12,
            "uploaded_by": by,
            "uploaded_at": at,
            "finished_at": None if state in {"waiting", "reading"} else at,
            **fields,
        }
    )
