"""Calls that change Jira. Each fails in one of three ways, and the caller must know which."""

from typing import Any

import orjson
import requests
from jira import JIRAError
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from prodops.integrations.errors import AddressRefused, LoginRefused, SourceError
from prodops.integrations.jira.client import JiraClient, translated, wait_asked


class Refused(SourceError):
    """Jira will not do this; `problems` says what is wrong with which field."""

    def __init__(self, message: str, problems: dict[str, str] | None = None):
        super().__init__(message)
        self.problems = problems or {}


class NotDone(SourceError):
    """Nothing was written and it may work later, at the earliest in `seconds`."""

    is_temporary = True

    def __init__(self, message: str, seconds: float | None = None):
        super().__init__(message)
        self.seconds = seconds


class Unheard(SourceError):
    """The request went out and no answer came: it may or may not have been done."""

    is_temporary = True


def post(client: JiraClient, path: str, body: dict[str, Any], *, api: str = "") -> dict[str, Any]:
    return _write(client, "POST", path, body, api)


def put(client: JiraClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    return _write(client, "PUT", path, body, "")


def create_issue(
    client: JiraClient, fields: dict[str, Any], properties: list[dict[str, Any]], prose: list[str]
) -> dict[str, Any]:
    """Create an issue. Cloud takes texts of the fields `prose` as documents, Data Center as text.

    Where Jira says that another field wants a document, it is sent once more with one.
    """
    body = {"fields": with_documents(fields, prose if client.is_cloud else [])}
    try:
        return post(client, "issue", body | {"properties": properties})
    except Refused as refusal:
        rich = [name for name, said in refusal.problems.items() if "Atlassian Document" in said]
        if not rich:
            raise
    body = {"fields": with_documents(body["fields"], rich)}
    return post(client, "issue", body | {"properties": properties}, api="3")


def with_documents(fields: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """Return the fields with the texts of these made into Atlassian documents."""
    texts = {name: fields[name] for name in names if isinstance(fields.get(name), str)}
    return fields | {name: document(text) for name, text in texts.items()}


def document(text: str) -> dict[str, Any]:
    """Return plain text as an Atlassian document: a paragraph for each block of lines."""
    blocks = [block.strip() for block in text.split("\n\n") if block.strip()]
    return {"type": "doc", "version": 1, "content": [_paragraph(block) for block in blocks]}


def _paragraph(block: str) -> dict[str, Any]:
    content: list[dict[str, Any]] = []
    for line in block.splitlines():
        content += [{"type": "hardBreak"}] if content else []
        content += [{"type": "text", "text": line}] if line else []
    return {"type": "paragraph", "content": content}


def _write(client: JiraClient, method: str, path: str, body: Any, api: str) -> dict[str, Any]:
    """Send one request, once; an answer without a body is an empty one."""
    url = client._jira._get_url(path)
    if api:
        url = url.replace("/rest/api/2/", f"/rest/api/{api}/", 1)
    try:
        response = client._jira._session.request(method, url, data=orjson.dumps(body))
    except SourceError as error:
        raise _seen_by_client(error) from None
    except JIRAError as error:
        raise _answered(error) from None
    except (requests.exceptions.SSLError, requests.exceptions.InvalidURL) as error:
        raise Refused(f"No secure connection to Jira: {type(error).__name__}.") from None
    except requests.exceptions.RequestException as error:
        raise _broken(error) from None
    answer = response.json() if response.content else {}
    return answer if isinstance(answer, dict) else {}


def _seen_by_client(error: SourceError) -> SourceError:
    """A refused login or address did nothing; half an answer leaves it open."""
    if isinstance(error, LoginRefused | AddressRefused):
        return Refused(str(error))
    return Unheard(str(error))


def _answered(error: JIRAError) -> SourceError:
    status = error.status_code or 0
    known = translated(error)
    if status == 429:
        return NotDone("Jira asks us to slow down.", wait_asked(error.response))
    if status == 408 or status >= 500:
        return Unheard(f"Jira answered {status}; it may have written it or not.")
    if isinstance(known, LoginRefused):
        return Refused(str(known))
    if status in {403, 404}:
        return Refused(f"The account of the connection may not do this in Jira. {_said(error)[0]}")
    messages, problems = _said(error)
    return Refused(messages or "Jira refuses it; see the fields.", problems)


def _said(error: JIRAError) -> tuple[str, dict[str, str]]:
    """Return what Jira says in general and about each field."""
    try:
        told = orjson.loads(error.response.content) if error.response is not None else {}
    except orjson.JSONDecodeError:
        told = {}
    if not isinstance(told, dict):
        told = {}
    messages, problems = told.get("errorMessages"), told.get("errors")
    general = " ".join(str(part) for part in messages) if isinstance(messages, list) else ""
    by_field = problems if isinstance(problems, dict) else {}
    return general[:1000], {str(name): str(text)[:500] for name, text in by_field.items()}


def _broken(error: requests.exceptions.RequestException) -> SourceError:
    """Without a connection nothing went out; after one, nobody knows."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    unreached = isinstance(reason, NewConnectionError | ConnectTimeoutError)
    if unreached or isinstance(error, requests.exceptions.ConnectTimeout):
        return NotDone(f"Jira could not be reached: {type(error).__name__}.")
    return Unheard(f"The connection broke before Jira answered: {type(error).__name__}.")
