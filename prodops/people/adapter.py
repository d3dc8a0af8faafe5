"""How django-allauth makes accounts here."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator or by single sign-on, never by self-registration."""

    def is_open_for_signup(self, request):
        return False
