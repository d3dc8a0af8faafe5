"""Looking for themes nobody has named: one look at a time, kept as rows with its progress."""

import hashlib
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q

from intake import tasks
from intake.models import Cluster, ClusterMember, ClusterRun
from intake.services.clustering import FEWEST_READ, Group, group_texts
from intake.services.states import Refusal
from intake.services.unthemed import Said, keys_of, read_unthemed
from prodops.people.models import User

LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 3
KNOWN_SHARE = 0.5
MOST_CLUSTERS = 60
State = ClusterRun.State


class LostRun(Exception):
    """Another worker does this look now."""


def ask_for_clusters(*, by: User | None, at: datetime) -> ClusterRun:
    """Begin a look at requests and tickets without a theme and wake a worker for it.

    Raises Refusal while another is at work, and when there is nothing the last one did not read.
    """
    with transaction.atomic():
        _wait_for_turn()
        fingerprint = _fingerprint(at)
        if ClusterRun.objects.filter(state=State.OPEN).exists():
            raise Refusal("Somebody asked already; a worker is looking.")
        ended = ClusterRun.objects.filter(state__in=[State.DONE, State.REFUSED])
        last = ended.order_by("-pk").first()
        if last and last.fingerprint == fingerprint:
            raise Refusal("Nothing came in since the last look; what it found is below.")
        run = ClusterRun.objects.create(asked_by=by, asked_at=at, fingerprint=fingerprint)
        tasks.find_clusters.delay_on_commit(run.pk)
    return run


def _wait_for_turn() -> None:
    """Let one ask after the other, so that a look that is quickly done is not done twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('intake.clusters'))")


def ask_weekly(*, at: datetime) -> ClusterRun | None:
    """Begin a look where there is something new; None where not."""
    try:
        return ask_for_clusters(by=None, at=at)
    except Refusal:
        return None


def find_clusters(*, run_id: int, clock: Callable[[], datetime]) -> ClusterRun | None:
    """Do one look as a worker; return it, or None when it was not ours to do."""
    run = _claim(run_id, clock())
    if run is None:
        return None
    try:
        _look(run, clock)
    except LostRun:
        return None
    except Exception as error:
        _settle(run, State.FAILED, clock(), note=f"Unexpected: {type(error).__name__}.")
        raise
    run.refresh_from_db()
    return run


def sweep_clusters(*, at: datetime) -> None:
    """Wake a worker for a look that waits or lost its own; give up after three attempts."""
    dead = ClusterRun.objects.due(at).filter(attempts__gte=MOST_ATTEMPTS)
    note = "The worker stopped in every attempt."
    dead.update(state=State.FAILED, finished_at=at, lease_until=None, token=None, note=note)
    for pk in ClusterRun.objects.due(at).values_list("pk", flat=True):
        tasks.find_clusters.delay_on_commit(pk)


def _look(run: ClusterRun, clock: Callable[[], datetime]) -> None:
    _progress(run, clock(), 1, "Reading requests and tickets")
    said = read_unthemed(run.asked_at)
    tickets = sum(each.is_ticket for each in said)
    read = {"requests_read": len(said) - tickets, "tickets_read": tickets}
    if len(said) < FEWEST_READ:
        note = (
            f"Only {len(said)} requests and tickets of the last year have no theme; "
            f"it takes {FEWEST_READ} to tell what belongs together."
        )
        _settle(run, State.REFUSED, clock(), note=note, **read)
        return
    words = f"Comparing {read['requests_read']:,} requests and {tickets:,} tickets"
    _progress(run, clock(), 2, words, **read)
    groups = group_texts([(each.title, each.text) for each in said])
    _progress(run, clock(), 3, f"Leaving out what was dismissed before, of {len(groups)}")
    fresh = [each for each in groups if not _is_dismissed([said[n] for n in each.places])]
    _write(run, fresh[:MOST_CLUSTERS], said, known=len(groups) - len(fresh), at=clock())


@transaction.atomic
def _write(
    run: ClusterRun, groups: Sequence[Group], said: Sequence[Said], *, known: int, at: datetime
) -> None:
    """Write everything a look found and settle it, all or nothing; places are those of `said`."""
    _settle(run, State.DONE, at, clusters_found=len(groups), clusters_known=known)
    clusters = Cluster.objects.bulk_create(
        Cluster(
            run=run,
            number=n,
            name=name_of([said[place].title for place in each.places]),
            terms=each.terms,
            size=len(each.places),
        )
        for n, each in enumerate(groups, start=1)
    )
    ClusterMember.objects.bulk_create(
        ClusterMember(cluster=cluster, closeness=closeness, **said[place].of)
        for cluster, each in zip(clusters, groups, strict=True)
        for place, closeness in zip(each.places, each.closeness, strict=True)
    )


def name_of(titles: Sequence[str]) -> str:
    """Return a first idea of a name: the commonest title, of equals the one nearest to all."""
    return Counter(titles).most_common(1)[0][0][:120]


def _is_dismissed(group: Sequence[Said]) -> bool:
    """Say whether half of these stood together in a cluster somebody dismissed."""
    tickets = [each.pk for each in group if each.is_ticket]
    requests = [each.pk for each in group if not each.is_ticket]
    members = ClusterMember.objects.filter(
        Q(product_request__in=requests) | Q(ticket__in=tickets),
        cluster__state=Cluster.State.DISMISSED,
    )
    together = Counter(members.values_list("cluster", flat=True))
    return max(together.values(), default=0) >= KNOWN_SHARE * len(group)


def _fingerprint(at: datetime) -> str:
    dismissed = Cluster.objects.filter(state=Cluster.State.DISMISSED).order_by("pk")
    seen = repr((keys_of(at), list(dismissed.values_list("pk", flat=True))))
    return hashlib.sha256(seen.encode()).hexdigest()


def _claim(run_id: int, at: datetime) -> ClusterRun | None:
    free = ClusterRun.objects.due(at).filter(pk=run_id, attempts__lt=MOST_ATTEMPTS)
    claimed = free.update(
        token=uuid.uuid4(), lease_until=at + LEASE, attempts=F("attempts") + 1, steps_done=0
    )
    return ClusterRun.objects.get(pk=run_id) if claimed else None


def _progress(run: ClusterRun, at: datetime, done: int, step: str, **counts) -> None:
    """Show how far it is and keep the lease; raise LostRun when it is no longer ours."""
    ours = ClusterRun.objects.filter(pk=run.pk, token=run.token, state=State.OPEN)
    if not ours.update(steps_done=done, step=step, lease_until=at + LEASE, **counts):
        raise LostRun


def _settle(run: ClusterRun, state: str, at: datetime, **values) -> None:
    ours = ClusterRun.objects.filter(pk=run.pk, token=run.token, state=State.OPEN)
    settled = {"state": state, "finished_at": at, "lease_until": None, "token": None, "step": ""}
    if not ours.update(**settled, steps_done=ClusterRun.STEPS, **values):
        raise LostRun
