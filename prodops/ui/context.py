"""What every page of the shell needs."""


def shell(request):
    """Return navigation and counts for the sidebar."""
    return {}
