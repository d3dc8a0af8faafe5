"""The story of a record: one thread, its events and its comments."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Upper

from prodops.audit.models.append_only import AppendOnly
from prodops.people.models import Recorded
from prodops.people.permissions import is_insider
from prodops.ui.finding import having

MOST_IN_ORDER = 500


class ThreadQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Insiders see every open record's story; a requester sees the requests they follow."""
        if is_insider(user):
            return self.filter(is_private=False)
        return self.filter(kind=Thread.REQUEST, followers=user)

    def matching(self, text):
        """Records whose key is `text` or whose key and title together contain every word of it.

        Of very many, the newest are put in order: nobody reads on to the others.
        """
        words = text.split()[:8]
        found = self.filter(*(having("key", word) | having("title", word) for word in words))
        # Numbers of one beginning lie close together: a walk along `pk` comes to them too late.
        is_number = any(letter.isdigit() for letter in text)
        order = (F("pk") + 0).desc() if is_number else F("pk").desc()
        newest = found.order_by(order).values("pk")[:MOST_IN_ORDER]
        known = newest.union(self.filter(key__iexact=text).values("pk"))
        is_key = Case(
            When(key__iexact=text, then=0), When(title__istartswith=text, then=1), default=2
        )
        return self.model._default_manager.filter(pk__in=known).order_by(is_key, "-pk")


class Thread(models.Model):
    """What a record's timeline hangs on; every record with a page owns one.

    `key`, `title` and `path` say in words which record it is, so that mails and the notification
    list need no look upward; the owning service keeps them current.
    """

    REQUEST = "request"

    kind = models.CharField(max_length=40, help_text='Such as "request", "initiative", "launch".')
    key = models.CharField(max_length=30, help_text='Such as "REQ-142".')
    title = models.CharField(max_length=300)
    path = models.CharField(max_length=200, help_text='Such as "/intake/requests/142/".')
    followers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="followed_threads", blank=True
    )
    is_private = models.BooleanField(
        default=False, help_text="Its record is for few: nobody finds, reads or follows it here."
    )

    objects = ThreadQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="thread_title_trigrams"),
            GinIndex(OpClass(Upper("key"), name="gin_trgm_ops"), name="thread_key_trigrams"),
        ]

    def __str__(self):
        return f"{self.key} {self.title}"


class Event(models.Model):
    """Something that happened to a record, in the words its timeline shows."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="events")
    verb = models.CharField(max_length=60, help_text='Past tense: "request.accepted".')
    summary = models.CharField(max_length=500)
    before = models.CharField(max_length=200, blank=True)
    after = models.CharField(max_length=200, blank=True)
    detail = models.TextField(blank=True)
    is_public = models.BooleanField(default=False, help_text="May a requester see it?")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["thread", "at"], name="event_by_thread")]
        triggers = [AppendOnly()]

    def __str__(self):
        return f"{self.verb} {self.at:%Y-%m-%d %H:%M}"


class CommentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Comments of the threads a person sees, without the internal ones for a requester."""
        threads = Thread.objects.visible_to(user)
        comments = self.filter(thread__in=threads)
        return comments if is_insider(user) else comments.filter(is_public=True)


class Comment(models.Model):
    """A person's words on a record, as Markdown."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="comments")
    body = models.TextField()
    is_public = models.BooleanField(default=False, help_text="May a requester see it?")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="comments")
    at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(body=""), name="comment_says_something")]
        indexes = [models.Index(fields=["thread", "at"], name="comment_by_thread")]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.by} at {self.at:%Y-%m-%d %H:%M}"


class CommentRevision(models.Model):
    """What a comment said before an edit."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="revisions")
    body = models.TextField()
    replaced_at = models.DateTimeField()

    class Meta:
        triggers = [AppendOnly()]

    def __str__(self):
        return f"{self.comment} before {self.replaced_at:%Y-%m-%d %H:%M}"
