"""Whether a mail was written by a person, and by the one it names."""

from email.utils import parseaddr

from django.conf import settings

from prodops.integrations.mailbox.message import Letter
from prodops.integrations.mailbox.models import InboundMail, Mailbox
from prodops.notifications.models import Mail


def nobodys(mail: InboundMail, letter: Letter) -> str:
    """Say why no person wrote this to us; "" when one may have."""
    own = {parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower()}
    own |= {address.lower() for address in Mailbox.objects.values_list("address", flat=True)}
    if letter.sender in own:
        return "The hub sent it itself."
    if Mail.objects.filter(reference=letter.key.partition("@")[0]).exclude(reference="").exists():
        return "It is a mail of the hub that came back."
    return letter.automatic


def doubt(mailbox: Mailbox, letter: Letter) -> str:
    """Say why it may not come from whom it names, as the receiving mail server found out.

    Only the header of the server named on the mailbox counts, or the topmost where none is named:
    whatever stands below it, the sender may have written. A mailbox that names its server takes in
    only what that server verified; without one, only what it calls forged is kept back.
    """
    wanted = mailbox.verifier.lower()
    fitting = [found for server, found in letter.verdicts if not wanted or server == wanted]
    found = fitting[0] if fitting else {}
    domain = letter.sender.rpartition("@")[2]
    if _is_verified(found, domain):
        return ""
    if found.get("dmarc") == "fail":
        return f"The mail server says it does not come from {domain} (DMARC fails)."
    if found.get("spf") == "fail" and found.get("dkim") != "pass":
        return f"The mail server says it does not come from {domain} (SPF fails)."
    if wanted:
        return f"{mailbox.verifier} could not verify that it comes from {domain}."
    return ""


def _is_verified(found: dict[str, str], domain: str) -> bool:
    """DMARC, or else SPF or DKIM, pass for the domain the sender names, or one above it."""
    if "dmarc" in found and found["dmarc"] not in ("none", "pass"):
        return False
    if found.get("dmarc") == "pass":
        return _covers(found["dmarc-domain"] or domain, domain)
    return any(
        found.get(method) == "pass" and _covers(found.get(f"{method}-domain", ""), domain)
        for method in ("dkim", "spf")
    )


def _covers(signed: str, domain: str) -> bool:
    is_above = "." in signed and domain.endswith(f".{signed}")
    return bool(domain) and (signed == domain or is_above)
