"""Short messages about what just happened, with a way back."""

from django.contrib import messages

TONES = ("neutral", "positive", "caution", "negative")


def toast(request, text, *, undo_url=None, tone="positive", topic=""):
    """Show `text` on the next page or htmx answer; `undo_url` is posted to by its Undo button.

    A toast with a `topic` takes the place of the one before it on the same topic.
    Tone, address and topic travel in the message's tags, which is all that Django stores.
    """
    if tone not in TONES:
        raise ValueError(f"A toast's tone is one of {', '.join(TONES)}, not {tone!r}.")
    level = messages.ERROR if tone == "negative" else messages.INFO
    tags = f"tone:{tone} undo:{undo_url or ''} topic:{topic}"
    messages.add_message(request, level, text, extra_tags=tags)


def read(request):
    """Take the waiting messages as dictionaries with text, tone, undo_url and topic."""
    shown = []
    for message in messages.get_messages(request):
        tags = dict(part.partition(":")[::2] for part in message.extra_tags.split() if ":" in part)
        by_level = {"error": "negative", "warning": "caution"}.get(message.level_tag, "positive")
        shown.append(
            {
                "text": message.message,
                "tone": tags.get("tone", by_level),
                "undo_url": tags.get("undo", ""),
                "topic": tags.get("topic", ""),
            }
        )
    return shown
