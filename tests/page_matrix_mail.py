"""Who gets what from the addresses of files and mail; see tests/page_matrix.py."""

from tests.page_signs import ADMINS, OPERATIONS, OWN_REQUEST, Row, pk

MAILBOX = {
    "mailbox:mailboxes": Row(get=OPERATIONS),
    "mailbox:new": Row(get=ADMINS, post=ADMINS),
    "mailbox:mailbox": Row(get=OPERATIONS, keys=pk("mailbox")),
    "mailbox:edit": Row(get=ADMINS, post=ADMINS, keys=pk("mailbox")),
    "mailbox:switch": Row(post=ADMINS, keys=pk("mailbox")),
    "mailbox:reading": Row(post=OPERATIONS, keys=pk("mailbox")),
}

FILES_AND_MAIL = {
    "intake:mails": Row(get=OPERATIONS),
    "intake:mail": Row(get=OPERATIONS, keys=pk("inbound")),
    "intake:mail-retry": Row(post=OPERATIONS, keys=pk("inbound")),
    "intake:mail-account": Row(post=ADMINS, keys=pk("inbound")),
    "intake:mail-dismissal": Row(post=OPERATIONS, keys=pk("inbound")),
    "intake:mail-policy": Row(get=OPERATIONS, post=OPERATIONS, keys=pk("mailbox")),
    "intake:attachments": Row(get=OWN_REQUEST, post=OWN_REQUEST, keys=pk("request")),
    "intake:attachment": Row(get=OWN_REQUEST, keys=pk("attachment")),
    "intake:attachment-removal": Row(post=">+4++4+", keys=pk("attachment")),
    "intake:attachment-restoration": Row(post=">+4++4+", keys=pk("attachment")),
}
