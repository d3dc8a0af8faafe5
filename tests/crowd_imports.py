"""What the world has of imports and support tickets, a hundredfold, for tests/crowd.py."""

from intake.models import Imported, ImportProblem, ProductRequest, Theme


def grow(of, world, number, *, copies):
    copies(world.importing, number)
    copies(ImportProblem.objects.get(importing=world.importing), number)
    requests = list(ProductRequest.objects.filter(title__startswith="Export number")[:number])
    Imported.objects.bulk_create(
        Imported(importing=world.importing, line=9, product_request=each) for each in requests
    )
    tickets = copies(world.ticket, number, external_id=lambda n: f"copy-{n}")
    copies(world.ticket_link, number, ticket=tickets)
    copies(world.ticket_link, number, product_request=requests)
    quotes = copies(world.themed_ticket.quote, number, ticket=tickets)
    copies(world.themed_ticket, number, quote=quotes)
    others = Theme.objects.filter(name__regex=r"^Theme [0-9]+$")
    copies(world.themed_ticket, number, attached_to=list(others.order_by("pk")[:number]))
    copies(world.ticket_rule, number, tag=lambda n: f"tag {n}")
