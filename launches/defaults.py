"""The readiness lists a new organisation begins with; from then on they are edited in admin."""

from dataclasses import dataclass

ALL_TIERS = (1, 2, 3)
ALL_KINDS = ("product", "platform", "retirement")
NAMES = {"product": "Product change", "platform": "Platform change", "retirement": "Retirement"}
FUNCTIONS = {
    "product": "Product",
    "engineering": "Engineering",
    "security": "Security",
    "privacy": "Privacy",
    "legal": "Legal",
    "accessibility": "Accessibility",
    "support": "Support",
    "sales": "Sales",
    "marketing": "Marketing",
    "customer-success": "Customer success",
    "finance": "Finance",
    "data": "Data",
    "documentation": "Documentation",
}


@dataclass(frozen=True)
class Line:
    """One item and the templates it belongs to; `sign_off` makes the function's word needed."""

    title: str
    function: str
    offset_days: int
    tiers: tuple[int, ...] = ALL_TIERS
    kinds: tuple[str, ...] = ALL_KINDS
    role: str = "launch_owner"
    sign_off: bool = False
    evidence: str = ""
    condition: str = ""
    is_required: bool = True
    otherwise: str = "left_out"


LINES = (
    Line("Success measure and guardrails agreed", "product", -20, (1, 2), evidence="Metric page"),
    Line("What ships and what does not is written down", "product", -15),
    Line("Security review", "security", -10, (1, 2), sign_off=True, evidence="Review request"),
    Line(
        "Security review",
        "security",
        -5,
        (3,),
        sign_off=True,
        evidence="Review request",
        condition="high_risk",
    ),
    Line(
        "Privacy review",
        "privacy",
        -10,
        sign_off=True,
        evidence="Data protection assessment",
        condition="personal_data",
    ),
    Line(
        "Terms, claims and contracts reviewed",
        "legal",
        -10,
        (1, 2),
        sign_off=True,
        condition="external",
    ),
    Line(
        "Accessibility checked against WCAG 2.2 AA",
        "accessibility",
        -8,
        (1, 2),
        ("product",),
        sign_off=True,
        evidence="Audit report",
        condition="external",
    ),
    Line("Pricing and billing checked", "finance", -10, (1, 2), sign_off=True, condition="revenue"),
    Line("Load and failure tested", "engineering", -8, (1,), role="team_lead", evidence="Test run"),
    Line("Monitoring and alerts in place", "engineering", -5, (1, 2), role="team_lead"),
    Line("Roll-back rehearsed", "engineering", -3, (1, 2), role="team_lead", evidence="Run book"),
    Line("Roll-back known", "engineering", -1, (3,), role="team_lead"),
    Line("Events and dashboards deliver data", "data", -5, (1, 2), role="function"),
    Line(
        "Help pages published",
        "documentation",
        -3,
        kinds=("product", "retirement"),
        role="function",
        evidence="Help page",
        condition="external",
    ),
    Line("Support trained, known issues shared", "support", -5, (1, 2), role="function"),
    Line("Support told", "support", -2, (3,), condition="external"),
    Line(
        "Sales briefed",
        "sales",
        -5,
        (1, 2),
        ("product", "retirement"),
        role="function",
        condition="external",
    ),
    Line(
        "Announcement ready",
        "marketing",
        -3,
        (1, 2),
        ("product",),
        role="function",
        evidence="Draft announcement",
        condition="external",
    ),
    Line(
        "Accounts at risk told in person",
        "customer-success",
        -5,
        (1, 2),
        role="function",
        condition="high_risk",
        otherwise="advisory",
    ),
    Line(
        "Every customer who uses it was warned and has a way to leave",
        "customer-success",
        -20,
        kinds=("retirement",),
        role="function",
        evidence="List of accounts",
        condition="external",
    ),
    Line("Data export or deletion done", "data", 5, kinds=("retirement",), role="team_lead"),
    Line("First week reviewed", "product", 5, (1, 2), is_required=False),
)


def install(*, functions, templates, items) -> int:
    """Add the default templates that no version exists of; return how many were added.

    Takes the querysets of Function, ReadinessTemplate and TemplateItem, so that a migration can
    pass its historical ones. What an organisation has changed stays.
    """
    by_slug = {
        slug: functions.get_or_create(slug=slug, defaults={"name": name})[0]
        for slug, name in FUNCTIONS.items()
    }
    added = 0
    for kind in ALL_KINDS:
        for tier in ALL_TIERS:
            if templates.filter(kind=kind, tier=tier).exists():
                continue
            name = f"{NAMES[kind]}, tier {tier}"
            template = templates.create(name=name, tier=tier, kind=kind, is_active=True)
            lines = [line for line in LINES if tier in line.tiers and kind in line.kinds]
            items.bulk_create(
                _item(items.model, template, position, line, by_slug)
                for position, line in enumerate(lines, start=1)
            )
            added += 1
    return added


def _item(model, template, position, line, functions):
    return model(
        template=template,
        position=position,
        title=line.title,
        function=functions[line.function],
        owner_role=line.role,
        offset_days=line.offset_days,
        is_required=line.is_required,
        needs_sign_off=line.sign_off,
        evidence_wanted=line.evidence,
        condition=line.condition,
        otherwise=line.otherwise,
    )
