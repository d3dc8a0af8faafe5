"""What intake keeps: requests, who stands behind them, and what triage did with them."""

from intake.models.catalogue import Account, Category, RequestKind
from intake.models.contacts import Contact, ContactBudget, ContactPerson, DoNotContact
from intake.models.demand import Backing, Merge
from intake.models.form import FormAnswer, FormField
from intake.models.learned import LearnedModel, TakenSuggestion
from intake.models.product_request import ProductRequest
from intake.models.routed import RequestRouting
from intake.models.routing import RoutingCondition, RoutingRule, RoutingVersion
from intake.models.search import SearchText, SearchWord
from intake.models.state import OPEN_STATES
from intake.models.story import RequestStateChange, TriageAct
from intake.models.turns import TriageTurn

__all__ = [
    "OPEN_STATES",
    "Account",
    "Backing",
    "Category",
    "Contact",
    "ContactBudget",
    "ContactPerson",
    "DoNotContact",
    "FormAnswer",
    "FormField",
    "LearnedModel",
    "Merge",
    "ProductRequest",
    "RequestKind",
    "RequestRouting",
    "RequestStateChange",
    "RoutingCondition",
    "RoutingRule",
    "RoutingVersion",
    "SearchText",
    "SearchWord",
    "TakenSuggestion",
    "TriageAct",
    "TriageTurn",
]
