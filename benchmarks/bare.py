"""What Django itself costs: a page of one query and a plain list, to compare the hub's pages with.

No sign-in, no middleware, no layout: twenty-five rows by index in a plain table, with what a row
of the hub's list shows.
"""

from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpResponse
from django.template import engines
from django.urls import path

ROWS = 25

LIST = """<!doctype html><title>Requests</title><table>{% for row in rows %}
<tr><td>REQ-{{ row.pk }}</td><td><a href="/requests/{{ row.pk }}/">{{ row.title }}</a></td>
<td>{{ row.state }}</td><td>{{ row.team.name }}</td><td>{{ row.author.name }}</td>
<td>{{ row.submitted_at }}</td></tr>{% endfor %}</table>"""


def one(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return HttpResponse(cursor.fetchone())


def rows(request):
    from intake.models import ProductRequest

    newest = ProductRequest.objects.select_related("team", "author")
    found = newest.order_by("-submitted_at", "-pk")[:ROWS]
    return HttpResponse(engines["plain"].from_string(LIST).render({"rows": found}))


urlpatterns = [path("one/", one), path("rows/", rows)]
application = get_wsgi_application()
