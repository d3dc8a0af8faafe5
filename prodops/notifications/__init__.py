"""Who is told what, where and when: notifications, digests and outgoing mail; may import audit, people, ui."""
