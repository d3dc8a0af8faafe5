"""Who is told what, where and when: notifications, digests and outgoing mail.

May import audit, people and ui.
"""
