"""Connections described by the environment: JIRA_* and AMPLITUDE_*, upserted by `migrate`."""

import zoneinfo
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from prodops.integrations import services
from prodops.integrations.errors import AddressRefused
from prodops.integrations.models import Connection

KINDS = {"cloud": Connection.Kind.JIRA_CLOUD, "datacenter": Connection.Kind.JIRA_DATACENTER}


class EnvironmentWrong(Exception):
    """A variable is missing or says something impossible; the text names it."""


def upsert_connections(values: Mapping[str, str], *, at: datetime) -> list[Connection]:
    """Create or update the connections `jira` and `amplitude`, as far as `values` names them."""
    return [
        _upsert(slug, fields, at)
        for slug, fields in (("jira", _jira(values)), ("amplitude", _amplitude(values)))
        if fields
    ]


def _upsert(slug: str, fields: dict[str, Any], at: datetime) -> Connection:
    connection = Connection.objects.filter(slug=slug).first()
    name = fields.pop("name")
    if connection is None:
        fields |= {"slug": slug, "name": name}
    try:
        return services.save_connection(connection=connection, at=at, **fields)
    except AddressRefused as refusal:
        raise EnvironmentWrong(f"{slug.upper()}_URL: {refusal}") from None


def _jira(values: Mapping[str, str]) -> dict[str, Any]:
    if not values.get("JIRA_URL"):
        return {}
    kind = (values.get("JIRA_KIND") or "cloud").strip().lower()
    if kind not in KINDS:
        raise EnvironmentWrong(f"JIRA_KIND is {kind!r}; it must be cloud or datacenter.")
    if not values.get("JIRA_TOKEN"):
        raise EnvironmentWrong("JIRA_URL is set but JIRA_TOKEN is not.")
    if kind == "cloud" and not values.get("JIRA_USER"):
        raise EnvironmentWrong("JIRA_USER must be the e-mail address of the token's account.")
    return {
        "name": "Jira",
        "kind": KINDS[kind],
        "base_url": values["JIRA_URL"],
        "username": values.get("JIRA_USER") or "",
        "secret": values["JIRA_TOKEN"],
        "projects": _keys(values.get("JIRA_PROJECTS") or ""),
    }


def _amplitude(values: Mapping[str, str]) -> dict[str, Any]:
    if not values.get("AMPLITUDE_API_KEY"):
        return {}
    if not values.get("AMPLITUDE_SECRET_KEY"):
        raise EnvironmentWrong("AMPLITUDE_API_KEY is set but AMPLITUDE_SECRET_KEY is not.")
    zone = values.get("AMPLITUDE_TIME_ZONE") or ""
    if zone and zone not in zoneinfo.available_timezones():
        raise EnvironmentWrong(f"AMPLITUDE_TIME_ZONE is {zone!r}, which is no time zone.")
    return {
        "name": "Amplitude",
        "kind": Connection.Kind.AMPLITUDE,
        "base_url": values.get("AMPLITUDE_URL") or "https://amplitude.com",
        "username": values["AMPLITUDE_API_KEY"],
        "secret": values["AMPLITUDE_SECRET_KEY"],
        **({"account_time_zone": zone} if zone else {}),
    }


def _keys(text: str) -> list[str]:
    return sorted({key.strip() for key in text.replace(" ", ",").split(",") if key.strip()})
