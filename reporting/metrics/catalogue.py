"""Which function computes which KPI, and which returns the rows behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from prodops.people.models import Team
from reporting.metrics import (
    ageing,
    decisions,
    delivery,
    governance,
    intake,
    launches,
    milestones,
    objectives,
    planning,
    truth,
)
from reporting.metrics.evidence import Evidence
from reporting.metrics.figure import Figure
from reporting.metrics.periods import Period


@dataclass(frozen=True)
class Metric:
    """A KPI's code: `compute` gives every scope at once, `evidence` the rows of one.

    `reads_jira` ones are as fresh as the last sync; a `is_snapshot` one cannot be computed again
    for a past month, so a closed month keeps the figure it had.
    """

    compute: Callable[[Period, datetime], dict[int | None, Figure]]
    evidence: Callable[[Period, datetime, Team | None], Evidence]
    reads_jira: bool = False
    is_snapshot: bool = False


METRICS: dict[str, Metric] = {
    "K1": Metric(truth.accuracy, truth.looks_evidence),
    "K2": Metric(milestones.punctuality, milestones.milestones_evidence),
    "K3": Metric(planning.predictability, planning.promises_evidence),
    "K4": Metric(delivery.cycle_time, delivery.finished_evidence, reads_jira=True),
    "K5": Metric(ageing.stalled, ageing.stalled_evidence, reads_jira=True),
    "K7": Metric(intake.time_to_triage, intake.triage_evidence),
    "K8": Metric(intake.duplicates, intake.duplicates_evidence),
    "K9": Metric(launches.readiness, launches.readiness_evidence),
    "K13": Metric(objectives.evidence_quality, objectives.proofs_evidence),
    "K14": Metric(decisions.completeness, decisions.completeness_evidence),
    "K16": Metric(
        governance.data_quality, governance.failing_evidence, reads_jira=True, is_snapshot=True
    ),
    "T1": Metric(delivery.throughput, delivery.finished_evidence, reads_jira=True),
}
