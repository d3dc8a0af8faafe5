"""The shapes of what is sent to the API of requests and what comes back."""

from datetime import UTC, datetime
from typing import Annotated

from ninja import Schema
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
)

from intake.models import Backing, FormField, ProductRequest
from prodops.people.api.pages import MOST, USUAL

State, Urgency = ProductRequest.State, ProductRequest.Urgency
SLUG = r"^[-a-zA-Z0-9_]+$"
Slug = Annotated[StrictStr, Field(pattern=SLUG, max_length=50)]
Number = Annotated[StrictStr, Field(pattern=r"^[0-9]{1,18}$")]
Value = StrictBool | StrictInt | StrictFloat | Annotated[StrictStr, Field(max_length=5_000)]


def written_out(value):
    """Refuse seconds since 1970, which would be taken for a moment."""
    if isinstance(value, str) and "T" in value.upper():
        return value
    raise ValueError("Write a moment with its zone, such as 2026-11-02T09:00:00Z.")


def in_utc(moment: datetime) -> datetime:
    """Return it in UTC, the first or last moment there is where its zone leads beyond them."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return (datetime.min if moment.year == 1 else datetime.max).replace(tzinfo=UTC)


Moment = Annotated[AwareDatetime, BeforeValidator(written_out), AfterValidator(in_utc)]


class Sent(Schema):
    """What a program sends; what is not asked for is refused, so that a typo is seen."""

    model_config = ConfigDict(extra="forbid")


class Wanted(Schema):
    """Which requests to list."""

    state: State | None = Field(None, description="Only those that stand there.")
    kind: str | None = Field(None, pattern=SLUG, max_length=50, description="Only this kind.")
    area: str | None = Field(
        None, pattern=SLUG, max_length=50, description="Only this product area."
    )
    updated_since: Moment | None = Field(
        None, description="Only those changed at or after this moment."
    )
    external_id: str | None = Field(
        None, max_length=120, pattern=r"^[^\x00]*$", description="Only the one you gave this id."
    )
    cursor: str = Field("", max_length=200, description="The `next` of the page before.")
    limit: int = Field(USUAL, ge=1, le=MOST)


class NewRequest(Sent):
    """Something to ask for."""

    kind: Slug = Field(description="As listed under kinds.")
    title: StrictStr = Field(min_length=1, max_length=300, description="In one line.")
    body: StrictStr = Field("", max_length=20_000, description="Markdown.")
    why: StrictStr = Field("", max_length=5_000, description="Why it matters; Markdown.")
    account: StrictStr | None = Field(
        None, max_length=160, description="The customer it is for, by name."
    )
    urgency: Urgency = Urgency.NORMAL
    product_area: Slug | None = None
    is_shared: StrictBool = Field(
        False,
        description="Is it shown to others who ask for something similar? They see its title and "
        "state; whoever backs it reads it.",
    )
    external_id: StrictStr = Field(
        "", max_length=120, description="Your own number of it; taken once."
    )
    answers: dict[Number, Value] = Field(
        default_factory=dict,
        max_length=100,
        description="By the number of the question, as listed under kinds.",
    )


class NewVoice(Sent):
    """A voice for a request, for a customer or for oneself."""

    account: StrictStr | None = Field(
        None, max_length=160, description="The customer, by name; empty: for yourself."
    )
    importance: StrictInt = Field(
        Backing.Importance.IMPORTANT, ge=1, le=3, description="1 nice, 2 important, 3 blocking."
    )
    note: StrictStr = Field("", max_length=500)


class NewComment(Sent):
    """Words that the requester reads too."""

    body: StrictStr = Field(min_length=1, max_length=20_000, description="Markdown.")


class Named(Schema):
    id: int
    name: str


class Sluggish(Schema):
    slug: str
    name: str


class AnswerShape(Schema):
    question: int
    label: str
    value: str


class RequestShape(Schema):
    """A request as the token's person sees it."""

    id: int
    key: str
    url: str
    kind: Sluggish
    title: str
    body: str
    why: str
    state: State
    urgency: Urgency
    source: str
    external_id: str
    is_shared: bool
    account: Named | None
    product_area: Sluggish | None
    team: Sluggish | None
    owner: Named | None
    author: Named
    category: Sluggish | None = Field(description="For insiders only.")
    priority: str = Field(description="For insiders only.")
    voices: int
    answers: list[AnswerShape]
    next_step: str
    decline_reason: str
    merged_into: int | None
    submitted_at: datetime
    acknowledge_due_at: datetime
    answer_due_at: datetime
    decided_at: datetime | None
    updated_at: datetime | None


class RequestPage(Schema):
    items: list[RequestShape]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class VoiceShape(Schema):
    request: int = Field(description="The request that carries it: the one it was merged into.")
    account: Named | None
    importance: int
    note: str
    at: datetime


class CommentShape(Schema):
    id: int
    body: str
    is_public: bool
    by: Named
    at: datetime
    edited_at: datetime | None


class CommentPage(Schema):
    items: list[CommentShape]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class FileShape(Schema):
    """A file of a request; `url` downloads it, with the token."""

    id: int
    request: int = Field(description="The request it was sent with.")
    name: str
    content_type: str = Field(description="Told by its bytes.")
    size: int = Field(description="In bytes.")
    sha256: str
    is_public: bool = Field(description="May the requester see it?")
    by: Named
    at: datetime
    url: str


class FilePage(Schema):
    items: list[FileShape]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class PageWanted(Schema):
    cursor: str = Field("", max_length=200, description="The `next` of the page before.")
    limit: int = Field(USUAL, ge=1, le=MOST)


class QuestionShape(Schema):
    id: int
    label: str
    help: str
    type: FormField.Type
    options: list[str]
    is_required: bool


class KindShape(Schema):
    """A kind of request and what its form asks."""

    slug: str
    name: str
    description: str
    questions: list[QuestionShape]
