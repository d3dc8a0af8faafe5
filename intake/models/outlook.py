"""Where a request stands and what comes next, in the words a requester reads."""

TONES = {
    "new": "accent",
    "triage": "accent",
    "waiting": "caution",
    "accepted": "positive",
    "declined": "negative",
    "merged": "neutral",
    "snoozed": "unknown",
    "planned": "positive",
    "shipped": "positive",
    "closed": "neutral",
}

NEXT_STEPS = {
    "new": "Nobody has looked at it yet. A product person sorts it and gives it an owner next.",
    "triage": "{who} is weighing it up. You hear the decision, with its reason.",
    "waiting": "We asked something back. The clock stands still until there is an answer.",
    "accepted": "{who} wants to do this. Next it finds its place in a plan.",
    "declined": "We will not do this.",
    "snoozed": "{who} put it aside for a while. It comes back by itself; you still get an answer.",
    "planned": "It is part of a plan. You hear from us when it ships.",
    "shipped": "It is out. Thank you for asking.",
    "closed": "It is closed.",
}


def next_step(product_request) -> str:
    """Return a sentence on what happens next; needs owner, team and merged_into loaded."""
    if product_request.merged_into:
        living = product_request.merged_into
        words = living.get_state_display().lower()
        return f"It counts for {living.key}, which is {words}. You hear of that one."
    who = product_request.owner or product_request.team or "The product team"
    return NEXT_STEPS[product_request.state].format(who=who)
