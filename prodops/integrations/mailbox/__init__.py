"""Mail that comes in: mailboxes read by IMAP, each message kept as a row, and what it says."""
