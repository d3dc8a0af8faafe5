"""Calendars: which forums one is of."""

from django import forms

from planning.models import Forum


class FeedForm(forms.Form):
    forum = forms.ModelChoiceField(
        label="A calendar of", queryset=None, required=False, empty_label="All my forums"
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        seen = Forum.objects.visible_to(user).going()
        self.fields["forum"].queryset = seen.order_by("name", "pk")
