"""How django-allauth makes accounts and mails about them."""

import logging

from allauth.account.adapter import DefaultAccountAdapter

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator or by single sign-on, never by self-registration."""

    def is_open_for_signup(self, request):
        return False

    def send_mail(self, template_prefix, email, context):
        """Send at once, not through the queue: the link in a reset must not lie in a table.

        A mail server that is down gives no error page, because that would tell strangers which
        addresses are known; the log has it, and the person can ask again.
        """
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:
            logger.error("The mail %s to %s was not sent: %s", template_prefix, email, error)
