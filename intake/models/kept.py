"""What triggers keep ready beside the requests: their words, and how many voices they have."""

import pgtrigger

KEEP_SEARCH_TEXT = pgtrigger.Trigger(
    name="search_text",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("title", "body", "why"),
    declare=[("lexemes", "tsvector")],
    func="""
        lexemes := intake_lexemes(NEW.title, left(NEW.body || ' ' || NEW.why, 20000));
        INSERT INTO intake_searchtext (product_request_id, words, length)
        VALUES (NEW.id, lexemes, length(lexemes))
        ON CONFLICT (product_request_id) DO UPDATE
            SET words = EXCLUDED.words, length = EXCLUDED.length;
        RETURN NULL;
    """,
)

BEGIN_VOICE_COUNT = pgtrigger.Trigger(
    name="voice_count",
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    func="""
        INSERT INTO intake_voicecount (product_request_id, voices) VALUES (NEW.id, 0);
        RETURN NULL;
    """,
)

KEEP_VOICE_COUNT = pgtrigger.Trigger(
    name="voices_counted",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Delete | pgtrigger.UpdateOf("product_request_id"),
    func="""
        IF TG_OP <> 'INSERT' THEN
            UPDATE intake_voicecount SET voices = voices - 1
            WHERE product_request_id = OLD.product_request_id;
        END IF;
        IF TG_OP <> 'DELETE' THEN
            UPDATE intake_voicecount SET voices = voices + 1
            WHERE product_request_id = NEW.product_request_id;
        END IF;
        RETURN NULL;
    """,
)
