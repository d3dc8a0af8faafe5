"""Product requests for programs: what the pages do, under the same rules."""

from ninja import Router

from intake.api import backing, comments, files, kinds, requests

router = Router()
for resource in (kinds, requests, backing, comments, files):
    router.add_router("", resource.router)

__all__ = ["router"]
