"""Planning in the admin: what acts of the hub write is only read here, templates are edited."""

from planning.admin import agreements, plan

__all__ = ["agreements", "plan"]
