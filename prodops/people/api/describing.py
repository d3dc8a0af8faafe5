"""The OpenAPI document: what the resources say of themselves, and what holds for all of them."""

from http import HTTPStatus
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import REF_TEMPLATE

from prodops.people.api.limits import SAFE
from prodops.people.api.problems import CONTENT_TYPE, ProblemShape

ALWAYS = (400, 401, 403, 422, 429)
OF_A_RECORD, OF_A_WRITE = (404,), (409, 413, 415)
KEY_HEADER = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "Any text of your own. The same key with the same body gives the first answer"
    " again, for 48 hours, and does nothing twice.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}


def describe(api: NinjaAPI) -> dict[str, Any]:
    """Return the document, with the errors and headers that every call may meet."""
    document = dict(api.get_openapi_schema())
    shape = ProblemShape.model_json_schema(ref_template=REF_TEMPLATE)
    schemas = document["components"]["schemas"]
    schemas.update(shape.pop("$defs", {}))
    schemas["ProblemShape"] = shape
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            is_write = method.upper() not in SAFE
            if is_write:
                told["parameters"] = [*told["parameters"], KEY_HEADER]
            statuses = ALWAYS + OF_A_RECORD * ("{" in path) + OF_A_WRITE * is_write
            told["responses"] = _by_number(told["responses"]) | {
                str(status): _problem(status) for status in sorted(statuses)
            }
    return document


def _by_number(responses: dict) -> dict[str, Any]:
    return {str(status): told for status, told in responses.items()}


def _problem(status: int) -> dict[str, Any]:
    schema = {"$ref": REF_TEMPLATE.format(model="ProblemShape")}
    content = {CONTENT_TYPE: {"schema": schema}}
    return {"description": HTTPStatus(status).phrase, "content": content}
