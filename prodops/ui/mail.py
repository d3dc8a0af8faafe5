"""Mails as text and HTML from a pair of templates, styles inlined."""

import re

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

_inliner = css_inline.CSSInliner(
    inline_style_tags=True, keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False
)


def render_mail(template: str, *, subject: str, context: dict) -> tuple[str, str]:
    """Return (text, html) of the mail `template`, such as "mail/digest".

    Renders `mail/digest.txt` and `mail/digest.html`, which extend `mail/base.txt` and
    `mail/base.html`. The templates also get `subject`, `site_url`, `organisation_name` and
    `preferences_url`.
    """
    everything = {
        "subject": subject,
        "site_url": settings.SITE_URL,
        "organisation_name": settings.ORGANISATION_NAME,
        "preferences_url": settings.SITE_URL + reverse("notifications:preferences"),
        **context,
    }
    text = render_to_string(f"{template}.txt", everything)
    html = _inliner.inline(render_to_string(f"{template}.html", everything))
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", html
