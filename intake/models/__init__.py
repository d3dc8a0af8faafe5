"""What intake keeps: requests, who stands behind them, and what triage did with them."""

from intake.models.catalogue import Account, Category, RequestKind
from intake.models.demand import Backing, Merge
from intake.models.product_request import ProductRequest
from intake.models.search import SearchText, SearchWord
from intake.models.state import OPEN_STATES
from intake.models.story import RequestStateChange, TriageAct

__all__ = [
    "OPEN_STATES",
    "Account",
    "Backing",
    "Category",
    "Merge",
    "ProductRequest",
    "RequestKind",
    "RequestStateChange",
    "SearchText",
    "SearchWord",
    "TriageAct",
]
