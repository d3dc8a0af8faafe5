"""Score together: open a session, vote hidden, reveal once, agree on a value, close."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from intake.services import Refusal
from planning.models import (
    Ballot,
    Cycle,
    Initiative,
    Ranking,
    ScoreInput,
    ScoringMember,
    ScoringRound,
    ScoringSession,
    ScoringVersion,
    Vote,
)
from planning.services import ballots
from planning.services.records import lock, open_record
from planning.services.score_sheets import set_input
from planning.services.scoring import keep_ranking
from prodops.audit import services as audit
from prodops.notifications.models import Kind
from prodops.notifications.services import notify
from prodops.people.models import User
from prodops.people.permissions import can_plan


class AlreadyRevealed(Refusal):
    """The votes of this round are open: nothing is voted or revealed any more."""


@transaction.atomic
def open_session(
    *,
    title: str,
    cycle: Cycle,
    version: ScoringVersion,
    asks: Sequence[str],
    initiatives: Sequence[Initiative],
    members: Iterable[User],
    facilitator: User,
    by: User,
    at: datetime,
) -> ScoringSession:
    """Begin a session with a hidden round for each initiative, and ask its members to vote."""
    _refuse_session(cycle, version, asks, initiatives)
    session = ScoringSession(
        title=title,
        cycle=cycle,
        version=version,
        asks=list(asks),
        facilitator=facilitator,
        opened_at=at,
        opened_by=by,
    )
    members = list(members)
    open_record(session, followers=[by, facilitator, *members])
    ScoringRound.objects.bulk_create(
        ScoringRound(session=session, initiative=one, position=position, opened_at=at, opened_by=by)
        for position, one in enumerate(initiatives, start=1)
    )
    _record(session, "opened", "opened the session", by=by, at=at)
    for user in members:
        join(session=session, user=user, by=by, at=at)
    return session


def _refuse_session(
    cycle: Cycle, version: ScoringVersion, asks: Sequence[str], initiatives: Sequence[Initiative]
) -> None:
    if cycle.is_closed:
        raise Refusal(f"{cycle} is closed; its scores stay as they were.")
    known = set(version.criteria.values_list("name", flat=True))
    if not asks or not known.issuperset(asks):
        raise Refusal(f"Choose criteria of {version} to vote on.")
    if not initiatives:
        raise Refusal("Choose at least one initiative to vote on.")


@transaction.atomic
def join(*, session: ScoringSession, user: User, by: User, at: datetime) -> ScoringMember:
    """Let a person vote from now on, late or again after they left."""
    lock(session)
    _refuse_closed(session)
    if not can_plan(user):
        raise Refusal(f"{user} may read the session; people who plan vote in it.")
    member, is_new = ScoringMember.objects.get_or_create(
        session=session, user=user, defaults={"joined_at": at}
    )
    if not is_new and member.left_at:
        member.left_at = None
        member.save(update_fields=["left_at"])
    audit.follow(thread=session.thread, users=[user])
    notify(
        [user],
        kind=Kind.ASSIGNMENT,
        cause=f"scoring:{session.pk}:joined",
        title=f"Your votes are wanted: {session.title}",
        body=f"Nobody sees them before {session.facilitator} reveals them.",
        path=session.thread.path,
        thread=session.thread,
        action_label="Open the session",
        by=by,
        at=at,
    )
    return member


@transaction.atomic
def leave(*, session: ScoringSession, user: User, by: User, at: datetime) -> None:
    """Let a person vote no more; their hidden votes go with them, what was revealed stays."""
    lock(session)
    _refuse_closed(session)
    members = ScoringMember.objects.filter(session=session, user=user, left_at=None)
    if not members.update(left_at=at):
        raise Refusal(f"{user} is no member of this session.")
    Ballot.objects.filter(round__session=session, user=user).delete()
    who = "left" if user == by else f"took {user} off"
    _record(session, "left", f"{who} the session", by=by, at=at)


@transaction.atomic
def cast(*, asked: ScoringRound, secret_votes: ballots.Votes, by: User) -> None:
    """Put what `by` votes into the hidden round, in place of what they voted before.

    Each criterion of the session has a value, or None for “don't know”. Raises AlreadyRevealed
    when it comes too late.
    """
    session = _hold(asked)
    if asked.is_revealed:
        raise AlreadyRevealed(
            f"{asked.revealed_by} revealed the votes before yours came: it does not count. "
            "Ask for another round if it would change the picture."
        )
    if not ScoringMember.objects.filter(session=session, user=by, left_at=None).exists():
        raise Refusal("Join the session first; then you vote in every round that is hidden.")
    _refuse_votes(session, secret_votes)
    sealed = ballots.seal(secret_votes, round_id=asked.pk, user_id=by.pk)
    Ballot.objects.update_or_create(round=asked, user=by, defaults={"sealed": sealed})


def own_votes(*, asked: ScoringRound, user: User) -> dict[str, Decimal | None]:
    """Return what this person has voted in a hidden round; nothing of anybody else's."""
    ballot = Ballot.objects.filter(round=asked, user=user).first()
    return _opened(ballot) if ballot else {}


def _opened(ballot: Ballot) -> dict[str, Decimal | None]:
    """Return the votes on a ballot, none when its key is gone."""
    try:
        return ballots.unseal(
            bytes(ballot.sealed), round_id=ballot.round_id, user_id=ballot.user_id
        )
    except ballots.BallotUnreadable:
        return {}


@transaction.atomic
def reveal(*, asked: ScoringRound, by: User, at: datetime) -> ScoringRound:
    """Open all votes of a round at once; the second to do so finds them open, and no harm done."""
    session = _hold(asked)
    if asked.is_revealed:
        return asked
    sealed = list(Ballot.objects.filter(round=asked).order_by("user"))
    if not sealed:
        raise Refusal("Nobody has voted yet: there is nothing to reveal.")
    Ballot.objects.filter(round=asked).delete()
    asked.revealed_at, asked.revealed_by = at, by
    asked.save(update_fields=["revealed_at", "revealed_by"])
    secret_votes = [(ballot.user_id, _opened(ballot)) for ballot in sealed]
    Vote.objects.bulk_create(
        Vote(round=asked, user_id=user_id, name=name, value=value)
        for user_id, votes in secret_votes
        for name, value in votes.items()
    )
    lost = sum(not votes for _, votes in secret_votes)
    what = f"revealed the votes on {asked.initiative.key}, round {asked.number}"
    detail = f"{lost} could not be opened: their key is gone." if lost else ""
    _record(session, "revealed", what, detail=detail, by=by, at=at)
    return asked


@transaction.atomic
def vote_again(*, asked: ScoringRound, by: User, at: datetime) -> ScoringRound:
    """Open another hidden round on the same initiative; one that is open already is given back."""
    session = lock(asked.session)
    _refuse_closed(session)
    rounds = session.rounds.filter(initiative=asked.initiative_id)
    hidden = rounds.hidden().first()
    if hidden:
        return hidden
    last = rounds.aggregate(last=Max("number"))["last"]
    made = ScoringRound.objects.create(
        session=session,
        initiative=asked.initiative,
        position=asked.position,
        number=last + 1,
        opened_at=at,
        opened_by=by,
    )
    what = f"asked for round {made.number} on {asked.initiative.key}"
    _record(session, "round_opened", what, by=by, at=at)
    return made


@transaction.atomic
def agree(
    *, asked: ScoringRound, name: str, value: Decimal, by: User, at: datetime
) -> ScoreInput | None:
    """Set what the session agreed on; it becomes the input of the criterion."""
    session = _hold(asked)
    if not asked.is_revealed:
        raise Refusal("Reveal the votes first, then agree on a value.")
    if name not in session.asks:
        raise Refusal(f"The session does not vote on {name}.")
    said = ScoreInput.objects.filter(
        cycle=session.cycle,
        initiative=asked.initiative,
        scoring_model=session.version.scoring_model_id,
        name=name,
    )
    newest = said.order_by("-pk").first()
    if newest and newest.session_id == session.pk and newest.value == value:
        return newest
    return set_input(
        cycle=session.cycle,
        initiative=asked.initiative,
        name=name,
        value=value,
        seen=newest.pk if newest else 0,
        session=session,
        by=by,
        at=at,
    )


@transaction.atomic
def close_session(*, session: ScoringSession, by: User, at: datetime) -> ScoringSession:
    """End a session: votes still hidden are never read, and the ranking it led to is kept."""
    lock(session)
    _refuse_closed(session)
    Ballot.objects.filter(round__session=session).delete()
    session.closed_at, session.closed_by = at, by
    session.save(update_fields=["closed_at", "closed_by"])
    keep_ranking(cycle=session.cycle, occasion=Ranking.Occasion.SESSION, by=by, at=at)
    _record(session, "closed", "closed the session", by=by, at=at)
    return session


def _hold(asked: ScoringRound) -> ScoringSession:
    """Hold an open session, so that nobody closes it meanwhile, and then its round."""
    session = lock(asked.session)
    _refuse_closed(session)
    lock(asked)
    return session


def _refuse_closed(session: ScoringSession) -> None:
    if not session.is_open:
        raise Refusal(f"{session.closed_by} has closed this session; what it agreed on stays.")


def _refuse_votes(session: ScoringSession, secret_votes: ballots.Votes) -> None:
    if set(secret_votes) != set(session.asks):
        raise Refusal("Vote on each criterion; “don't know” is a vote too.")
    for criterion in session.version.criteria.filter(name__in=session.asks):
        secret_value = secret_votes[criterion.name]
        if secret_value is not None and criterion.refusal(secret_value):
            raise Refusal(f"{criterion.label}: {criterion.bounds}.")


def _record(
    session: ScoringSession, verb: str, summary: str, *, by: User, at: datetime, detail: str = ""
) -> None:
    audit.record(
        f"scoring.{verb}", thread=session.thread, summary=summary, detail=detail, by=by, at=at
    )
