"""Who gets what from every address of the hub.

One row a URL name: what GET and POST answer to each kind of person, in the order of `PEOPLE`, and
the keys that lead to a record of the world. A new address without a row fails tests/test_pages.py.

    +  let in: a page, a redirect to the result, or a form with errors (200, 204, 302, 422)
    >  sent to the sign-in page
    1  401: the post is not signed as it must be
    3  403: may see the record, may not do this
    4  404: may not know that it exists
    5  405: this address doesn't know the method

"outsider" is a signed-in requester with no tie to the records; "requester" wrote the request.
"""

from uuid import uuid4

from tests.page_matrix_capacity import CAPACITY
from tests.page_matrix_cycles import CYCLES
from tests.page_matrix_dependencies import DEPENDENCIES
from tests.page_matrix_doors import ACCOUNTS, API, SLACK
from tests.page_matrix_forums import FORUMS
from tests.page_matrix_imports import IMPORTS
from tests.page_matrix_mail import FILES_AND_MAIL, MAILBOX
from tests.page_matrix_objectives import OBJECTIVES
from tests.page_matrix_planning import PLANNING
from tests.page_matrix_roadmap import ROADMAP
from tests.page_matrix_scoring import SCORING
from tests.page_matrix_themes import THEMES
from tests.page_matrix_truth import TRUTH
from tests.page_signs import (
    ADMINS,
    CONTRIBUTORS_OWN,
    EVERYONE,
    INSIDE_RECORD,
    INSIDERS,
    OPERATIONS,
    OWN_REQUEST,
    OWN_THING,
    PUBLIC,
    THE_APPROVER,
    WORKERS,
    Row,
    chart,
    metric,
    pk,
    slug,
    thread,
)

FLOOR = {
    "health:healthz": Row(get=PUBLIC, post="5555555"),
    "health:readyz": Row(get=PUBLIC, post="5555555"),
    "ui:views": Row(post=EVERYONE),
    "ui:view-deletion": Row(post=OWN_THING, keys=pk("view")),
    "ui:styleguide": Row(get=">44444+"),
    "people:people": Row(get=INSIDERS),
    "people:person": Row(get=INSIDERS, keys=lambda world: {"pk": world.users["ops"].pk}),
    "people:profile": Row(get=EVERYONE, post=EVERYONE),
    "people:tokens": Row(get=EVERYONE, post=EVERYONE),
    "people:token-revocation": Row(post=OWN_THING, keys=pk("token")),
    "people:teams": Row(get=INSIDERS),
    "people:team": Row(get=INSIDERS, keys=slug("team")),
    "audit:search": Row(get=EVERYONE),
    "audit:changes": Row(get=OPERATIONS),
    "audit:history": Row(
        get=OPERATIONS, keys=lambda world: {"table": "people_team", "row": world.team.pk}
    ),
    "audit:thread-history": Row(get=OPERATIONS, keys=pk("thread")),
    "audit:following": Row(post=INSIDERS, keys=pk("thread")),
    "audit:revisions": Row(get=OWN_REQUEST, keys=pk("comment")),
    "notifications:inbox": Row(get=EVERYONE),
    "notifications:count": Row(get=EVERYONE),
    "notifications:notification": Row(get=OWN_THING, keys=pk("notification")),
    "notifications:reading": Row(post=OWN_THING, keys=pk("notification")),
    "notifications:readings": Row(post=EVERYONE),
    "notifications:preferences": Row(get=EVERYONE, post=EVERYONE),
    "notifications:unsubscribe": Row(
        get=PUBLIC, post=PUBLIC, keys=lambda world: {"token": world.unsubscribe_token}
    ),
    "notifications:comments": Row(post=OWN_REQUEST, keys=pk("thread")),
    "notifications:comment": Row(get=CONTRIBUTORS_OWN, post=CONTRIBUTORS_OWN, keys=pk("comment")),
    "notifications:outbox": Row(get=OPERATIONS),
    "notifications:resend": Row(post=OPERATIONS, keys=pk("mail")),
    "notifications:confirm": Row(post=OPERATIONS, keys=pk("mail")),
    "notifications:letters": Row(get=">333334"),
    "notifications:letter": Row(get=">333334", keys=lambda world: {"name": "0" * 24}),
}

INTEGRATIONS = {
    "integrations:uploads": Row(get=OPERATIONS),
    "integrations:new-upload": Row(get=OPERATIONS, post=OPERATIONS),
    "integrations:upload": Row(get=OPERATIONS, keys=pk("upload")),
    "integrations:upload-import": Row(post=OPERATIONS, keys=pk("upload")),
    "integrations:writes": Row(get=OPERATIONS),
    "integrations:write-retry": Row(post=WORKERS, keys=pk("write")),
    "integrations:write-removal": Row(post=WORKERS, keys=pk("write")),
    "integrations:record-writes": Row(get=INSIDERS, keys=thread("initiative")),
    "integrations:connections": Row(get=OPERATIONS),
    "integrations:new-connection": Row(get=ADMINS, post=ADMINS),
    "integrations:seal-anew": Row(post=ADMINS),
    "integrations:connection": Row(get=OPERATIONS, keys=slug("connection")),
    "integrations:edit-connection": Row(get=ADMINS, post=ADMINS, keys=slug("connection")),
    "integrations:connection-removal": Row(post=ADMINS, keys=slug("connection")),
    "integrations:sync": Row(post=OPERATIONS, keys=slug("connection")),
    "integrations:project-teams": Row(get=OPERATIONS, post=OPERATIONS, keys=slug("connection")),
    "integrations:switch": Row(post=ADMINS, keys=slug("connection")),
    "integrations:points-field": Row(get=ADMINS, post=ADMINS, keys=slug("connection")),
    "integrations:runs": Row(get=OPERATIONS, keys=slug("connection")),
    "integrations:run": Row(get=OPERATIONS, keys=pk("run")),
    "integrations:set-aside": Row(get=OPERATIONS, keys=slug("connection")),
    "integrations:try-again": Row(post=OPERATIONS, keys=slug("connection")),
    "integrations:payload": Row(get=OPERATIONS, keys=pk("skipped")),
    "integrations:dismissal": Row(post=OPERATIONS, keys=pk("skipped")),
    "integrations:webhook": Row(post=ADMINS, keys=slug("connection")),
    "integrations:webhook-removal": Row(post=ADMINS, keys=slug("connection")),
    "integrations:deliveries": Row(get=OPERATIONS, keys=slug("connection")),
    "integrations:delivery": Row(
        get="5555555", post="1111111", keys=lambda world: {"token": world.webhook.token}
    ),
}

AMPLITUDE = {
    "amplitude:series": Row(get=INSIDERS),
    "amplitude:new-series": Row(get=OPERATIONS, post=OPERATIONS, keys=lambda _: {"kind": "users"}),
    "amplitude:one-series": Row(get=INSIDERS, keys=pk("series")),
    "amplitude:edit-series": Row(get=OPERATIONS, post=OPERATIONS, keys=pk("series")),
    "amplitude:figure": Row(get=INSIDERS, keys=pk("series")),
    "amplitude:table": Row(get=INSIDERS, keys=pk("series")),
    "amplitude:events": Row(get=INSIDERS),
    "amplitude:event": Row(get=INSIDERS, keys=pk("tracked_event")),
    "amplitude:care": Row(post=OPERATIONS, keys=pk("tracked_event")),
    "amplitude:user-properties": Row(get=INSIDERS),
    "amplitude:cohorts": Row(get=INSIDERS),
}

INTAKE = {
    "intake:portal": Row(get=EVERYONE),
    "intake:new": Row(get=EVERYONE, post=EVERYONE),
    "intake:similar": Row(get=EVERYONE),
    "intake:mine": Row(get=EVERYONE),
    "intake:requests": Row(get=INSIDERS),
    "intake:assignment": Row(post=WORKERS),
    "intake:triage-start": Row(post=WORKERS),
    "intake:merging": Row(get=WORKERS, post=WORKERS),
    "intake:merging-choice": Row(post=WORKERS),
    "intake:merging-undo": Row(post=WORKERS, keys=lambda world: {"batch": uuid4()}),
    "intake:request": Row(get=OWN_REQUEST, keys=pk("request")),
    "intake:backing": Row(get=OWN_REQUEST, post=OWN_REQUEST, keys=pk("request")),
    "intake:withdrawal": Row(post=EVERYONE, keys=pk("request")),
    "intake:shares": Row(post=">+4++3+", keys=pk("request")),
    "intake:showing": Row(post=">+44444", keys=pk("request")),
    "intake:share-removal": Row(post=">+4++3+", keys=pk("share")),
    "intake:answer": Row(post=OWN_THING, keys=pk("request")),
    "intake:unmerge": Row(post=WORKERS, keys=pk("request")),
    "intake:reopening": Row(post=WORKERS, keys=pk("request")),
    "intake:triage": Row(get=WORKERS),
    "intake:triage-request": Row(get=WORKERS, keys=pk("request")),
    "intake:candidates": Row(get=WORKERS, keys=pk("request")),
    "intake:sorting": Row(post=WORKERS, keys=pk("request")),
    "intake:acceptance": Row(post=WORKERS, keys=pk("request")),
    "intake:refusal": Row(post=WORKERS, keys=pk("request")),
    "intake:merge": Row(post=WORKERS, keys=pk("request")),
    "intake:snooze": Row(post=WORKERS, keys=pk("request")),
    "intake:question": Row(post=WORKERS, keys=pk("request")),
    "intake:resumption": Row(post=WORKERS, keys=pk("request")),
    "intake:escalation": Row(post=WORKERS, keys=pk("request")),
    "intake:spam": Row(post=WORKERS, keys=pk("request")),
    "intake:undo": Row(post=">334+34", keys=pk("act")),
    "intake:suggestion": Row(post=WORKERS, keys=pk("request")),
    "intake:suggestions": Row(get=INSIDERS),
    "intake:training": Row(post=OPERATIONS),
    "intake:routing": Row(get=INSIDERS),
    "intake:routing-draft": Row(get=WORKERS),
    "intake:draft-beginning": Row(post=OPERATIONS),
    "intake:draft-removal": Row(post=OPERATIONS),
    "intake:publication": Row(post=OPERATIONS),
    "intake:routing-trial": Row(get=WORKERS),
    "intake:routing-version": Row(
        get=INSIDERS, keys=lambda world: {"number": world.rule.version.number}
    ),
    "intake:rota": Row(get=OPERATIONS, post=OPERATIONS, keys=slug("team")),
    "intake:accounts": Row(get=INSIDERS),
    "intake:account": Row(get=INSIDERS, keys=pk("account")),
    "intake:new-contact-person": Row(get=WORKERS, post=WORKERS, keys=pk("account")),
    "intake:silence": Row(get=WORKERS, post=WORKERS, keys=pk("account")),
    "intake:lifting": Row(post=OPERATIONS, keys=pk("silence")),
    "intake:contacts": Row(get=INSIDERS),
    "intake:new-contact": Row(get=WORKERS, post=WORKERS),
    "intake:contact-budget": Row(get=OPERATIONS, post=OPERATIONS),
    "intake:new-rule": Row(get=OPERATIONS, post=OPERATIONS),
    "intake:rule": Row(get=INSIDERS, keys=pk("rule")),
    "intake:edit-rule": Row(get=OPERATIONS, post=OPERATIONS, keys=pk("drafted")),
    "intake:rule-place": Row(post=OPERATIONS, keys=pk("drafted")),
    "intake:rule-switch": Row(post=OPERATIONS, keys=pk("drafted")),
    "intake:rule-removal": Row(post=OPERATIONS, keys=pk("drafted")),
    "intake:new-condition": Row(get=OPERATIONS, post=OPERATIONS, keys=pk("drafted")),
    "intake:condition-removal": Row(post=OPERATIONS, keys=pk("condition")),
}

LAUNCHES = {
    "launches:launches": Row(get=INSIDERS),
    "launches:new": Row(get=WORKERS, post=WORKERS),
    "launches:calendar": Row(get=INSIDERS),
    "launches:sign_offs": Row(get=INSIDERS),
    "launches:sign_off": Row(post=THE_APPROVER, keys=pk("sign_off")),
    "launches:item": Row(get=WORKERS, post=WORKERS, keys=pk("item")),
    "launches:item_owner": Row(post=WORKERS, keys=pk("item")),
    "launches:item_sign_off": Row(post=WORKERS, keys=pk("item")),
    "launches:launch": Row(get=INSIDE_RECORD, keys=pk("launch")),
    "launches:date": Row(get=WORKERS, post=WORKERS, keys=pk("launch")),
    "launches:versions": Row(get=WORKERS, post=WORKERS, keys=pk("launch")),
    "launches:new_version": Row(get=WORKERS, post=WORKERS, keys=pk("launch")),
    "launches:note": Row(get=WORKERS, post=WORKERS, keys=pk("launch")),
    "launches:version_removal": Row(post=WORKERS, keys=pk("version_link")),
    "launches:version_release": Row(get=OPERATIONS, post=OPERATIONS, keys=pk("version_link")),
    "launches:words": Row(get=WORKERS, post=WORKERS, keys=pk("launch")),
    "launches:initiatives": Row(get=WORKERS, post=WORKERS, keys=pk("launch")),
    "launches:go_no_go": Row(get=OPERATIONS, post=OPERATIONS, keys=pk("launch")),
    "launches:shipping": Row(get=OPERATIONS, post=OPERATIONS, keys=pk("launch")),
    "launches:cancellation": Row(get=OPERATIONS, post=OPERATIONS, keys=pk("launch")),
}

REPORTING = {
    "reporting:home": Row(get=EVERYONE),
    "reporting:reports": Row(get=EVERYONE, post=EVERYONE),
    "reporting:scorecard": Row(get=INSIDERS),
    "reporting:figure": Row(get=INSIDERS, keys=metric),
    "reporting:definitions": Row(get=INSIDERS),
    "reporting:definition": Row(get=INSIDERS, keys=metric),
    "reporting:revision": Row(get=OPERATIONS, post=OPERATIONS, keys=metric),
    "reporting:dashboard": Row(get=INSIDERS),
    "reporting:drawing": Row(post=INSIDERS),
    "reporting:chart": Row(get=INSIDERS, keys=chart),
    "reporting:chart-table": Row(get=INSIDERS, keys=chart),
    "reporting:chart-picture": Row(get=INSIDERS, keys=chart),
    "reporting:readouts": Row(get=INSIDERS),
    "reporting:readout_new": Row(get=OPERATIONS, post=OPERATIONS),
    "reporting:readers": Row(get=OPERATIONS, post=OPERATIONS),
    "reporting:reader_removal": Row(post=OPERATIONS, keys=pk("reader")),
    "reporting:readout": Row(get=INSIDERS, keys=slug("readout")),
    "reporting:readout_mail": Row(get=INSIDERS, keys=slug("readout")),
    "reporting:readout_text": Row(get=INSIDERS, keys=slug("readout")),
    "reporting:readout_chart": Row(
        get=INSIDERS,
        keys=lambda world: {"slug": world.readout.slug, "chart": "delivery-throughput"},
    ),
    "reporting:readout_deliveries": Row(get=OPERATIONS, keys=slug("readout")),
    "reporting:readout_headline": Row(get=OPERATIONS, post=OPERATIONS, keys=slug("draft")),
    "reporting:readout_approval": Row(get=OPERATIONS, post=OPERATIONS, keys=slug("draft")),
    "reporting:readout_redraft": Row(post=OPERATIONS, keys=slug("draft")),
    "reporting:readout_figure": Row(
        get=OPERATIONS,
        post=OPERATIONS,
        keys=lambda world: {"slug": world.draft.slug, "key": "K7"},
    ),
    "reporting:readout_sending": Row(post=OPERATIONS, keys=slug("readout")),
}

ROWS: dict[str, Row] = {
    **ACCOUNTS,
    **API,
    **SLACK,
    **FLOOR,
    **INTEGRATIONS,
    **AMPLITUDE,
    **MAILBOX,
    **INTAKE,
    **FILES_AND_MAIL,
    **THEMES,
    **IMPORTS,
    **PLANNING,
    **CAPACITY,
    **CYCLES,
    **TRUTH,
    **OBJECTIVES,
    **DEPENDENCIES,
    **FORUMS,
    **ROADMAP,
    **SCORING,
    **LAUNCHES,
    **REPORTING,
}
