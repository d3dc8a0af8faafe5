"""What stands on the score pages: a hundredfold, for tests/crowd.py."""

from planning.models import ScoringModel


def grow(world, number, *, copies, people):
    """Let a hundred more vote on a hundred more initiatives, by one of a hundred more models."""
    session, asked = world.scoring_session, world.scoring_round
    running = world.cycle.commitments.exclude(initiative=world.initiative)
    initiatives = [one.initiative for one in running.select_related("initiative")[:number]]
    copies(asked, len(initiatives), initiative=initiatives)
    copies(session.members.first(), number, user=people)
    copies(asked.ballots.get(), number, user=people)
    copies(session, number)
    copies(world.ranking.scores.first(), len(initiatives), initiative=initiatives)
    copies(world.ranking, number)
    copies(world.rank_override, number // 2, initiative=initiatives[: number // 2])
    models = copies(world.scoring_model, number, name=lambda n: f"Model number {n}", current=None)
    version = world.scoring_model.current
    versions = copies(version, number, scoring_model=models)
    for criterion in version.criteria.all():
        copies(criterion, number, version=versions)
    for model, made in zip(models, versions, strict=True):
        model.current = made
    ScoringModel.objects.bulk_update(models, ["current"])
    copies(version, number, number=lambda n: 1000 + n)
