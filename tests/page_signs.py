"""The signs of tests/page_matrix.py: what one address answers to each kind of person."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# anonymous, requester, outsider, contributor, ops, executive, admin
PUBLIC = "+++++++"
EVERYONE = ">++++++"
INSIDERS = ">33++++"
WORKERS = ">33++3+"
OPERATIONS = ">333+3+"
ADMINS = ">33333+"
NEVER = ">555555"
INSIDE_RECORD = ">44++++"
OWN_REQUEST = ">+4++++"
OWN_THING = ">+44444"
THE_APPROVER = ">33+333"
CONTRIBUTORS_OWN = ">34+333"


def no_keys(world) -> dict[str, Any]:
    return {}


def pk(name: str) -> Callable:
    """Lead to the world's record of that name by its primary key."""
    return lambda world: {"pk": getattr(world, name).pk}


def thread(name: str) -> Callable:
    """Lead to the story of the world's record of that name."""
    return lambda world: {"pk": getattr(world, name).thread_id}


def slug(name: str) -> Callable:
    return lambda world: {"slug": getattr(world, name).slug}


@dataclass(frozen=True)
class Row:
    get: str = NEVER
    post: str = NEVER
    keys: Callable = no_keys


def metric(world):
    return {"key": "K7"}


def chart(world):
    return {"slug": "delivery-throughput"}
