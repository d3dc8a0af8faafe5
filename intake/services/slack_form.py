"""The form that opens in Slack over a message, in Slack's own blocks."""

from typing import Any

import orjson

from intake.models import FormField, ProductRequest, RequestKind
from prodops.integrations.slack.words import plain, title_and_body

LONGEST_BODY = 3_000  # Slack takes no more in one field
LONGEST_OPTION = 75


def form_for(message: dict[str, Any]) -> dict[str, Any]:
    """Return the view to open over a message: its first line is the title, all of it the text."""
    title, body = title_and_body(plain(message["text"]), longest=150)
    about = {"channel": message["channel"], "ts": message["ts"]}
    about["reply_to"] = message["response_url"]
    return {
        "type": "modal",
        "callback_id": "file_request",
        "private_metadata": orjson.dumps(about).decode()[:3_000],
        "title": _words("Ask product"),
        "submit": _words("Send the request"),
        "close": _words("Cancel"),
        "blocks": [
            _input("title", "What is needed, in one line?", _text(title, most=300)),
            _input("body", "What should be possible?", _text(body, most=LONGEST_BODY), False),
            _input("kind", "Kind", _select(kinds())),
            _input("urgency", "Urgency", _select(ProductRequest.Urgency.choices, "normal")),
        ],
    }


def kinds() -> list[tuple[str, str]]:
    """Return the kinds one can choose in Slack: those whose form has no question to be answered."""
    asking = FormField.objects.filter(is_active=True, is_required=True).values("kind")
    found = RequestKind.objects.filter(is_active=True).order_by("position", "pk")
    rows = found.values_list("slug", "name")
    return list(rows.exclude(pk__in=asking)) or list(rows)


def _words(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def _input(name: str, label: str, element: dict[str, Any], is_wanted: bool = True):
    element["action_id"] = name
    block = {"type": "input", "block_id": name, "label": _words(label), "element": element}
    return block | {"optional": not is_wanted}


def _text(value: str, *, most: int) -> dict[str, Any]:
    field: dict[str, Any] = {"type": "plain_text_input", "max_length": most}
    if most > 300:
        field["multiline"] = True
    return field | ({"initial_value": value[:most]} if value else {})


def _select(options: Any, chosen: str = "") -> dict[str, Any]:
    shown = [
        {"text": _words(str(label)[:LONGEST_OPTION]), "value": str(value)}
        for value, label in options
    ]
    picked = next((each for each in shown if each["value"] == chosen), shown[0])
    return {"type": "static_select", "options": shown, "initial_option": picked}
