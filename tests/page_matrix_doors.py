"""The rows of tests/page_matrix.py at the doors: signing in, and what programs call."""

from tests.page_signs import ADMINS, EVERYONE, OPERATIONS, PUBLIC, Row, pk

ACCOUNTS = {
    "account_login": Row(get=PUBLIC, post=PUBLIC),
    "account_logout": Row(get=PUBLIC, post=PUBLIC),
    "account_inactive": Row(get=PUBLIC, post="5555555"),
    "account_signup": Row(get=PUBLIC, post=PUBLIC),
    "account_reauthenticate": Row(get=EVERYONE, post=EVERYONE),
    "account_email": Row(get=EVERYONE, post=EVERYONE),
    "account_email_verification_sent": Row(get=PUBLIC, post="5555555"),
    "account_change_password": Row(get=EVERYONE, post=EVERYONE),
    "account_set_password": Row(get=EVERYONE, post=EVERYONE),
    "account_reset_password": Row(get=PUBLIC, post=PUBLIC),
    "account_reset_password_done": Row(get=PUBLIC, post="5555555"),
    "account_reset_password_from_key": Row(
        get=PUBLIC, post=PUBLIC, keys=lambda world: {"uidb36": "1", "key": "made-up"}
    ),
    "account_reset_password_from_key_done": Row(get=PUBLIC, post="5555555"),
    "account_confirm_login_code": Row(get=PUBLIC, post=PUBLIC),
    "account_confirm_email": Row(get=PUBLIC, post="4444444", keys=lambda world: {"key": "made-up"}),
}

SLACK = {
    "slack:workspaces": Row(get=OPERATIONS),
    "slack:new-workspace": Row(get=ADMINS, post=ADMINS),
    "slack:workspace": Row(get=OPERATIONS, keys=pk("workspace")),
    "slack:edit-workspace": Row(get=ADMINS, post=ADMINS, keys=pk("workspace")),
    "slack:resend-note": Row(post=OPERATIONS, keys=pk("slack_note")),
    "intake:slack": Row(
        get="5555555", post="1111111", keys=lambda world: {"token": world.workspace.token}
    ),
}

# A session opens nothing there: tests/people/test_api_doors.py asks with tokens.
NO_TOKEN = "1111111"
API = {
    "api-document": Row(get=EVERYONE),
    "api-docs": Row(get=EVERYONE),
    "api-elsewhere": Row(get=NO_TOKEN, post=NO_TOKEN),
    "api:api-root": Row(get=NO_TOKEN, post=NO_TOKEN),
    "api:list_kinds": Row(get=NO_TOKEN, post=NO_TOKEN),
    "api:list_requests": Row(get=NO_TOKEN, post=NO_TOKEN),
    "api:file_request": Row(get=NO_TOKEN, post=NO_TOKEN),
    "api:comment_on_request": Row(get=NO_TOKEN, post=NO_TOKEN, keys=pk("request")),
    "api:unback_request": Row(get=NO_TOKEN, post=NO_TOKEN, keys=pk("request")),
    "api:read_request": Row(get=NO_TOKEN, post=NO_TOKEN, keys=pk("request")),
    "api:back_request": Row(get=NO_TOKEN, post=NO_TOKEN, keys=pk("request")),
    "api:list_files": Row(get=NO_TOKEN, post=NO_TOKEN, keys=pk("request")),
    "api:attach_files": Row(get=NO_TOKEN, post=NO_TOKEN, keys=pk("request")),
    "api:download_file": Row(
        get=NO_TOKEN,
        post=NO_TOKEN,
        keys=lambda world: {"pk": world.request.pk, "file": world.attachment.pk},
    ),
    "api:list_comments": Row(get=NO_TOKEN, post=NO_TOKEN, keys=pk("request")),
}
