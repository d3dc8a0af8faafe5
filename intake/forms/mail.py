"""What product ops decide about mail."""

from django import forms

from intake.models import MailPolicy, RequestKind


class MailPolicyForm(forms.Form):
    kind = forms.ModelChoiceField(
        RequestKind.objects.none(), label="New requests are", empty_label="Of the first kind"
    )
    strangers = forms.ChoiceField(
        label="Who write without an account",
        choices=MailPolicy.Strangers,
        widget=forms.RadioSelect,
        initial=MailPolicy.Strangers.ANSWER,
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        kinds = RequestKind.objects.filter(is_active=True).order_by("position", "pk")
        self.fields["kind"].queryset = kinds
        self.fields["kind"].required = False
