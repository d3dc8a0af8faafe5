"""How a readout's words, pictures and tables are shown in mail and on its page."""

import base64

from django import template

from reporting import letters

register = template.Library()


@register.filter
def readout_html(text):
    """A person's Markdown as safe HTML whose links work outside the hub."""
    return letters.html_of(text)


@register.filter
def readout_text(text):
    """A person's Markdown as plain text with its links written out."""
    return letters.plain(text)


@register.filter
def data_uri(png):
    """A picture inside the page itself."""
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


@register.filter
def first_rows(table, count):
    """The first rows of a chart's table, newest or worst first, and how many were left out."""
    rows = table.get("rows", [])
    return {
        "columns": table.get("columns", []),
        "rows": rows[:count],
        "left_out": max(0, len(rows) - count),
    }
