"""Slack's way of writing text, and ours."""

import html
import re

LINK = re.compile(r"<((?:https?://|mailto:)[^|>\s]+)(?:\|([^>]*))?>")
MENTION = re.compile(r"<[@#!]([^|>]+)(?:\|([^>]*))?>")


def plain(text: str) -> str:
    """Return Slack's mrkdwn as Markdown: links with their words, names for mentions."""
    text = LINK.sub(lambda found: _link(found[1], found[2]), text)
    text = MENTION.sub(lambda found: f"@{found[2] or found[1]}", text)
    return html.unescape(text).replace("\x00", "").strip()


def bare(text: str) -> str:
    """Return our own words without the addresses of their links."""
    return LINK.sub(lambda found: found[2] or found[1], text)


def escaped(text: str) -> str:
    """Return text that Slack shows as it is: no link, no mention of everybody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def title_and_body(text: str, longest: int = 300) -> tuple[str, str]:
    """Return the first line as a title, and all of it where that says more."""
    first, _, _ = text.partition("\n")
    title = " ".join(first.split())
    return (title[:longest], "" if text == title else text)


def _link(address: str, words: str | None) -> str:
    return f"[{words}]({address})" if words else address
