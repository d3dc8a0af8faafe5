"""What becomes of each initiative a closing cycle leaves over."""

from django import forms

from planning.models import Commitment, Cycle
from planning.services import Choice, Fate

CARRY = "carry-"


class ClosingForm(forms.Form):
    """A choice for each of `commitments`; dropping it, or adding to a committed plan, says why."""

    def __init__(self, *args, commitments, cycle, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.commitments = list(commitments)
        self.cycles = {each.pk: each for each in _open_cycles(cycle, user)}
        for each in self.commitments:
            self.fields |= self._fields_of(each)

    def _fields_of(self, commitment):
        name = f"{commitment.initiative.key} {commitment.initiative.title}"
        carry = [(f"{CARRY}{pk}", f"Carry forward to {each}") for pk, each in self.cycles.items()]
        fates = [
            ("", "Choose"),
            *carry,
            ("drop", "Drop with a reason"),
            ("leave", "Leave as it is"),
        ]
        reasons = [
            ("", "Choose where it is asked for"),
            ("To drop it", Commitment.DropReason.choices),
            ("To add it to a committed plan", [(f"add-{key}", label) for key, label in ADD]),
        ]
        note = forms.CharField(label=f"What happened to {name}", max_length=2000, required=False)
        return {
            f"fate_{commitment.pk}": forms.ChoiceField(label=f"{name} is to", choices=fates),
            f"reason_{commitment.pk}": forms.ChoiceField(
                label=f"Why, for {name}", choices=reasons, required=False
            ),
            f"note_{commitment.pk}": note,
        }

    @property
    def rows(self):
        """Return (commitment, fate, reason, note) for each that is left over."""
        names = ("fate", "reason", "note")
        return [(each, *(self[f"{name}_{each.pk}"] for name in names)) for each in self.commitments]

    def clean(self):
        data = super().clean()
        for each in self.commitments:
            self._check(each, data)
        return data

    def _check(self, commitment, data):
        fate, reason = data.get(f"fate_{commitment.pk}"), data.get(f"reason_{commitment.pk}", "")
        wanted = self._wanted(fate or "")
        if not wanted:
            return
        is_right = bool(reason) and reason.startswith("add-") == (wanted == "add")
        if not is_right:
            self.add_error(f"reason_{commitment.pk}", WORDS[wanted])
        if not data.get(f"note_{commitment.pk}"):
            self.add_error(f"note_{commitment.pk}", "Say what happened.")

    def _wanted(self, fate):
        """Return which kind of reason the choice needs: "drop", "add" or none."""
        if fate == "drop":
            return "drop"
        is_carried = fate.startswith(CARRY)
        return "add" if is_carried and self._cycle(fate).is_committed else ""

    def _cycle(self, fate):
        return self.cycles[int(fate.removeprefix(CARRY))]

    def fates(self):
        """Return the choices by the primary key of the commitment."""
        return {each.pk: self._fate(each) for each in self.commitments}

    def _fate(self, commitment):
        data, pk = self.cleaned_data, commitment.pk
        chosen, reason, note = data[f"fate_{pk}"], data[f"reason_{pk}"], data[f"note_{pk}"]
        if not chosen.startswith(CARRY):
            is_dropped = chosen == "drop"
            why = {"reason": reason, "note": note} if is_dropped else {}
            return Fate(Choice(chosen), **why)
        cycle = self._cycle(chosen)
        why = {"reason": reason.removeprefix("add-"), "note": note} if cycle.is_committed else {}
        return Fate(Choice.CARRY, cycle=cycle, kind=commitment.kind, **why)


ADD = Commitment.AddReason.choices
WORDS = {
    "drop": "Choose why it is dropped.",
    "add": "That plan is committed: choose why it comes in.",
}


def _open_cycles(cycle, user):
    """Return the cycles it can be carried to: open ones that end later, the next first."""
    later = Cycle.objects.visible_to(user).filter(ends_on__gt=cycle.ends_on)
    return later.exclude(phase=Cycle.Phase.CLOSED).order_by("starts_on", "pk")
