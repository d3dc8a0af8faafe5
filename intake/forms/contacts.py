"""Writing down a contact with a customer, and the rules of contacting them."""

from django import forms
from django.utils import timezone

from intake.models import Account, Contact, ContactPerson
from prodops.ui.forms import DayField, LineField, SearchSelect


class WhichAccountForm(forms.Form):
    """The customer a contact was with, where no page has said so yet."""

    account = forms.ModelChoiceField(
        Account.objects.none(),
        label="Which customer?",
        empty_label="Choose one",
        widget=SearchSelect,
        error_messages={"required": "Choose a customer."},
    )

    def __init__(self, *args, accounts, **options):
        super().__init__(*args, **options)
        self.fields["account"].queryset = accounts.order_by("name", "pk")


class ContactForm(forms.Form):
    """Who was spoken to, how, when and about what; why all the same, where the budget says no."""

    person = forms.ModelChoiceField(
        ContactPerson.objects.none(),
        label="With whom?",
        required=False,
        empty_label="Nobody in particular",
    )
    channel = forms.ChoiceField(label="How?", choices=Contact.Channel)
    on = DayField(label="On which day?", error_messages={"required": "Choose a day."})
    about = forms.CharField(
        label="What was it about?",
        max_length=300,
        error_messages={"required": "Say in one line what it was about."},
    )
    override_reason = forms.CharField(
        label="Why all the same?",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed only where the budget says no. Everybody can read it.",
    )

    def __init__(self, *args, account, **options):
        super().__init__(*args, **options)
        self.fields["person"].queryset = account.people.order_by("name", "pk")

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError("Write a contact down when it was made, not before.")
        return day


class ContactPersonForm(forms.Form):
    """Somebody who works for the customer."""

    name = LineField(max_length=120, error_messages={"required": "Write their name."})
    email = forms.EmailField(label="E-mail", required=False)
    job_title = LineField(label="Job", required=False, max_length=120)


class SilenceForm(forms.Form):
    """Whom to leave in peace, why, and until when."""

    person = forms.ModelChoiceField(
        ContactPerson.objects.none(),
        label="Who?",
        required=False,
        empty_label="Everybody there",
    )
    reason = forms.CharField(
        max_length=300,
        label="Why?",
        error_messages={"required": "Say why; whoever wants to contact them reads it."},
    )
    until_on = DayField(
        label="Until and with", required=False, help_text="Empty: until it is lifted."
    )

    def __init__(self, *args, account, **options):
        super().__init__(*args, **options)
        self.fields["person"].queryset = account.people.order_by("name", "pk")

    def clean_until_on(self):
        day = self.cleaned_data["until_on"]
        if day and day < timezone.localdate():
            raise forms.ValidationError("Choose a day to come, or leave it empty.")
        return day


class BudgetForm(forms.Form):
    person_days = forms.IntegerField(
        label="Days between two contacts with the same person",
        min_value=0,
        max_value=365,
        help_text="0 sets no limit.",
    )
    account_days = forms.IntegerField(
        label="Days between two contacts with the same customer, whoever is spoken to",
        min_value=0,
        max_value=365,
        help_text="0 sets no limit.",
    )
