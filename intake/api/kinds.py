"""The kinds of request, and what the form of each asks."""

from django.db.models import Prefetch
from ninja import Router

from intake.api.shapes import KindShape
from intake.models import FormField, RequestKind
from prodops.people.api.building import READS

router = Router(tags=["Requests"])


@router.get("/kinds/", response=list[KindShape], summary="List the kinds of request", **READS)
def list_kinds(request):
    """The kinds one can ask for now, with the questions of each."""
    questions = FormField.objects.filter(is_active=True).order_by("position", "pk")
    kinds = RequestKind.objects.filter(is_active=True).order_by("position", "pk")
    asked = kinds.prefetch_related(Prefetch("form_fields", questions))
    return [{**_words(kind), "questions": _questions(kind)} for kind in asked]


def _words(kind):
    return {"slug": kind.slug, "name": kind.name, "description": kind.description}


def _questions(kind):
    return [
        {
            "id": each.pk,
            "label": each.label,
            "help": each.help_text,
            "type": each.type,
            "options": each.options,
            "is_required": each.is_required,
        }
        for each in kind.form_fields.all()
    ]
