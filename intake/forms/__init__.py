"""What people type into intake; forms check the shape and never save."""

from intake.forms.merging import BulkMergeForm
from intake.forms.requests import (
    AnswerForm,
    BackingForm,
    BulkSortingForm,
    DeclineForm,
    MergeForm,
    ProductRequestForm,
    QuestionForm,
    ReopenForm,
    SnoozeForm,
    SortingForm,
)

__all__ = [
    "AnswerForm",
    "BackingForm",
    "BulkMergeForm",
    "BulkSortingForm",
    "DeclineForm",
    "MergeForm",
    "ProductRequestForm",
    "QuestionForm",
    "ReopenForm",
    "SnoozeForm",
    "SortingForm",
]
