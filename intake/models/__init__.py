"""What intake keeps: requests, who stands behind them, and what triage did with them."""

from intake.models.attachment import Attachment
from intake.models.catalogue import Account, Category, RequestKind
from intake.models.cluster import Cluster, ClusterMember, ClusterRun
from intake.models.contacts import Contact, ContactBudget, ContactPerson, DoNotContact
from intake.models.demand import Backing, Merge, RequestShare
from intake.models.form import FormAnswer, FormField
from intake.models.importing import Import, Imported, ImportPart, ImportProblem
from intake.models.learned import LearnedModel, TakenSuggestion
from intake.models.mail import MailPolicy
from intake.models.product_request import ProductRequest
from intake.models.promises import KindPromise
from intake.models.quote import Quote, ThemeQuote
from intake.models.routed import RequestRouting
from intake.models.routing import RoutingCondition, RoutingRule, RoutingVersion
from intake.models.search import SearchText, SearchWord
from intake.models.slack import SlackAsker, SlackMessage
from intake.models.standing import ThemeStanding
from intake.models.state import ALLOWED, OPEN_STATES, WAY_OUT
from intake.models.story import ClockBreach, RequestStateChange, TriageAct
from intake.models.support import SupportTicket, TicketLink, TicketRule
from intake.models.tagging import TaggingRun
from intake.models.taxonomy import ThemeGroup
from intake.models.theme import Theme, ThemeMerge
from intake.models.turns import TriageTurn
from intake.models.voices import VoiceCount

__all__ = [
    "ALLOWED",
    "OPEN_STATES",
    "WAY_OUT",
    "Account",
    "Attachment",
    "Backing",
    "Category",
    "Cluster",
    "ClusterMember",
    "ClusterRun",
    "ClockBreach",
    "Contact",
    "ContactBudget",
    "ContactPerson",
    "DoNotContact",
    "FormAnswer",
    "FormField",
    "Import",
    "ImportPart",
    "ImportProblem",
    "Imported",
    "KindPromise",
    "LearnedModel",
    "MailPolicy",
    "Merge",
    "ProductRequest",
    "Quote",
    "RequestKind",
    "RequestRouting",
    "RequestShare",
    "RequestStateChange",
    "RoutingCondition",
    "RoutingRule",
    "RoutingVersion",
    "SearchText",
    "SearchWord",
    "SupportTicket",
    "SlackAsker",
    "SlackMessage",
    "TaggingRun",
    "TakenSuggestion",
    "Theme",
    "ThemeGroup",
    "ThemeMerge",
    "ThemeQuote",
    "ThemeStanding",
    "TicketLink",
    "TicketRule",
    "TriageAct",
    "TriageTurn",
    "VoiceCount",
]
