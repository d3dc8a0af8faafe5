"""What a triager has at hand beside the request, read in one statement: what sorting offers, which
act may be undone, and which trainings suggest something.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from intake import services
from intake.forms import SortingForm
from intake.models import LearnedModel, TriageAct

UNDO_HOURS = 12


@dataclass(frozen=True)
class Desk:
    """`choices` are field → what it offers; `undoable` has the key and words of one's last act."""

    sorting: SortingForm
    choices: dict
    undoable: dict | None

    def suggest(self, picked):
        """Return what the trainings suggest for a request that is not decided yet."""
        if not picked.is_open:
            return []
        names = {name: {each.pk: each.name for each in rows} for name, rows in self.choices.items()}
        learned = [LearnedModel.from_names(*each) for each in self.choices["learned"]]
        return services.suggest(picked, names=names, learned=learned)


def read_desk(user, picked, sorting=None):
    """Read it for one request, or for none; `sorting` is a form that was refused."""
    sorting = sorting or _sorting_form(picked)
    learned = LearnedModel.objects.current().named()
    choices = sorting.read_choices(also={"undo": _undoable(user), "learned": learned})
    return Desk(sorting, choices, next(map(_undo, choices["undo"]), None))


def _sorting_form(product_request):
    """The sorting as it stands; empty when no request is shown, for the teams of the queue."""
    initial = {"priority": product_request.priority} if product_request else {}
    for name in ("kind", "category", "product_area", "team", "owner") if product_request else ():
        initial[name] = getattr(product_request, f"{name}_id")
    return SortingForm(auto_id="sorting_%s", initial=initial)


def _undoable(user):
    """This person's last act, if it is fresh and not undone."""
    acts = TriageAct.objects.filter(by=user, undone_at=None)
    recent = acts.filter(at__gte=timezone.now() - timedelta(hours=UNDO_HOURS))
    return recent.named().order_by("-at", "-pk")[:1]


def _undo(choice):
    key = f"REQ-{choice.slug}"
    return {"pk": choice.pk, "words": f"{TriageAct.Verb(choice.name).label} {key}"}
