"""The sign-ins that exist after a first start."""

import secrets
from dataclasses import dataclass

from django.conf import settings

from prodops.people.models import User

DEFAULT_EMAIL = "admin@example.com"


@dataclass(frozen=True)
class SignIn:
    """Who signs in with what; `password` is empty unless it was made just now."""

    email: str
    role: str
    password: str = ""


def ensure_administrator() -> SignIn:
    """Make the first administrator if there is none, from ADMIN_EMAIL and ADMIN_PASSWORD if set."""
    email = settings.ADMIN_EMAIL or DEFAULT_EMAIL
    present = User.objects.with_role(User.Role.ADMIN).order_by("pk").first()
    if present is not None and (not settings.ADMIN_EMAIL or _exists(settings.ADMIN_EMAIL)):
        return SignIn(settings.ADMIN_EMAIL or present.email, "Administrator")
    password = settings.ADMIN_PASSWORD or secrets.token_urlsafe(12)
    User.objects.create_superuser(email, password, name="Administrator")
    return SignIn(email, "Administrator", password)


def ensure_demo_sign_ins() -> list[SignIn]:
    """Give one demo person of each other role a password, once; nothing if that was done."""
    roles = [User.Role.OPS, User.Role.CONTRIBUTOR, User.Role.EXECUTIVE, User.Role.REQUESTER]
    sign_ins = []
    for role in roles:
        people = User.objects.with_role(role).order_by("pk")
        if not people or any(person.has_usable_password() for person in people):
            continue
        password = secrets.token_urlsafe(9)
        people[0].set_password(password)
        people[0].save(update_fields=["password"])
        sign_ins.append(SignIn(people[0].email, people[0].get_role_display(), password))
    return sign_ins


def _exists(email: str) -> bool:
    return User.objects.filter(email__iexact=email).exists()
