"""manage.py similar --file QUERIES.jsonl [--limit 10]"""

import json

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from intake.forms.requests import KEY
from intake.models import ProductRequest
from intake.services import similar

NO_TEXT = {"\x00", *map(chr, range(0xD800, 0xE000))}


class Command(BaseCommand):
    help = (
        'For each line {"id", "title", "body"} of a file, print {"id", "similar": [{"external_id", '
        '"key", "score"}, …]}, best first; the record the id names is left out of its own answer.'
    )

    def add_arguments(self, parser):
        parser.add_argument("--file", required=True, metavar="QUERIES.jsonl")
        parser.add_argument("--limit", type=int, default=10, help="How many to print (10).")

    def handle(self, *, file, limit, **options):
        if limit < 1:
            raise CommandError("--limit must be at least 1.", returncode=2)
        try:
            with open(file, encoding="utf-8-sig") as lines:
                for number, line in enumerate(lines, start=1):
                    if line.strip():
                        self.stdout.write(answer(read(file, number, line), limit))
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file}: {error}", returncode=2) from error


def read(file, number, line):
    """Return one query as a dictionary with id, title and body. Raises CommandError."""
    try:
        query = json.loads(line)
        wrong = mistake(query)
    except RecursionError:
        wrong = "lists or objects are nested too deeply."
    except ValueError as error:
        wrong = f"no JSON ({error})."
    if wrong:
        raise CommandError(f"{file}, line {number}: {wrong}", returncode=2)
    return query


def mistake(query):
    """Say what is wrong with a query, "" when nothing is."""
    if not isinstance(query, dict) or isinstance(query.get("id", {}), list | dict):
        return 'an object with "id" is wanted, a text or a number.'
    for name in ("id", "title", "body"):
        value = query.setdefault(name, "")
        if name != "id" and not isinstance(value, str | None):
            return f'"{name}" must be text.'
        if isinstance(value, str) and not NO_TEXT.isdisjoint(value):
            return f'"{name}" holds a character that is no text (\\u0000 or half a surrogate pair).'
    return ""


def answer(query, limit):
    own, asked_at = own_record(str(query["id"])) or (None, None)
    found = similar(
        title=query["title"] or "",
        body=query["body"] or "",
        exclude=own,
        asked_at=asked_at,
        limit=limit,
    )
    hits = [
        {
            "external_id": each.product_request.external_id,
            "key": each.product_request.key,
            "score": each.score,
        }
        for each in found
    ]
    return json.dumps({"id": query["id"], "similar": hits}, ensure_ascii=False)


def own_record(identifier):
    """Return primary key and moment of the request a query's id names, by external id or key."""
    condition = Q(external_id=identifier) & ~Q(external_id="")
    if identifier.upper().startswith("REQ-") and (key := KEY.fullmatch(identifier)):
        condition |= Q(pk=int(key[1]))
    return ProductRequest.objects.filter(condition).values_list("pk", "submitted_at").first()
