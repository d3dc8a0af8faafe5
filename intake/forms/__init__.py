"""What people type into intake; forms check the shape and never save."""

from intake.forms.attachments import AttachForm, FilesForm
from intake.forms.contacts import (
    BudgetForm,
    ContactForm,
    ContactPersonForm,
    SilenceForm,
    WhichAccountForm,
)
from intake.forms.mail import MailPolicyForm
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
from intake.forms.sharing import ShareForm, ShowingForm

__all__ = [
    "AnswerForm",
    "AttachForm",
    "BackingForm",
    "BudgetForm",
    "BulkMergeForm",
    "BulkSortingForm",
    "ContactForm",
    "ContactPersonForm",
    "DeclineForm",
    "FilesForm",
    "MailPolicyForm",
    "MergeForm",
    "ProductRequestForm",
    "QuestionForm",
    "ReopenForm",
    "ShareForm",
    "ShowingForm",
    "SilenceForm",
    "SnoozeForm",
    "SortingForm",
    "WhichAccountForm",
]
