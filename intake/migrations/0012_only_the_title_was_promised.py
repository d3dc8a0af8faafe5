"""Portal requests that were ticked while the tick spoke of the title alone.

Until the words were changed, whoever backed such a request read all of it. Their authors are asked
anew, on the page of the request: nothing is shown until they say so, and who backed it meanwhile
reads no more than its title.
"""

from django.db import migrations

CLOSE = """
UPDATE intake_backing AS voice SET opens = FALSE
FROM intake_productrequest AS request, people_user AS person
WHERE request.id = voice.product_request_id AND person.id = voice.person_id
    AND request.is_shared AND request.source = 'portal'
    AND person.role = 'requester' AND person.id <> request.author_id
    AND voice.came_from_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM intake_ticketlink WHERE backing_id = voice.id);
"""
# A copy on the request it was merged into opens no more than the voice it was made of.
CLOSE_COPIES = """
DO $$
BEGIN
    LOOP
        UPDATE intake_backing AS copy SET opens = FALSE
        FROM intake_backing AS voice
        WHERE copy.opens AND NOT voice.opens AND copy.came_from_id = voice.product_request_id
            AND copy.person_id = voice.person_id
            AND copy.account_id IS NOT DISTINCT FROM voice.account_id;
        EXIT WHEN NOT FOUND;
    END LOOP;
END
$$;
"""
TELL = """
INSERT INTO audit_event (thread_id, verb, summary, before, after, detail, at, is_public)
SELECT thread_id, 'request.hidden', 'it is no longer shown to colleagues', '', '',
    'The tick it was sent with promised that colleagues see its title. Today whoever backs a '
    || 'request reads it, so who asked for this is asked anew.', now(), TRUE
FROM intake_productrequest WHERE is_shared AND source = 'portal';
"""
HIDE = "UPDATE intake_productrequest SET is_shared = FALSE WHERE is_shared AND source = 'portal'"


class Migration(migrations.Migration):
    dependencies = [("intake", "0011_tickets_shares_and_guards")]

    operations = [
        migrations.RunSQL([CLOSE, CLOSE_COPIES, TELL, HIDE], migrations.RunSQL.noop),
    ]
