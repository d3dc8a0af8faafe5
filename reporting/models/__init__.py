"""What reporting keeps: definitions, values, facts about issues, and pictures."""

from reporting.models.definition import MetricDefinition
from reporting.models.flow import FlowBlock, FlowBuild, FlowStep, IssueFlow
from reporting.models.key_result_metric import KeyResultMetric
from reporting.models.readout import Delivery, Edition, EditionChart, EditionFigure, Reader
from reporting.models.rendering import Rendering
from reporting.models.stale_month import StaleMonth
from reporting.models.value import MetricValue, Restatement

__all__ = [
    "Delivery",
    "Edition",
    "EditionChart",
    "EditionFigure",
    "FlowBlock",
    "FlowBuild",
    "FlowStep",
    "IssueFlow",
    "KeyResultMetric",
    "MetricDefinition",
    "MetricValue",
    "Reader",
    "Rendering",
    "Restatement",
    "StaleMonth",
]
