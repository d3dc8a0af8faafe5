import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

MAKE_FUNCTIONS = r"""
CREATE FUNCTION intake_word_parts(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT string_agg(regexp_replace(regexp_replace(regexp_replace(
        found[1],
        '([[:lower:][:digit:]])([[:upper:]])', '\1 \2', 'g'),
        '([[:upper:]])([[:upper:]][[:lower:]])', '\1 \2', 'g'),
        '[^[:alnum:]]+|\m[[:alnum:]]\M', ' ', 'g'), ' ')
    FROM regexp_matches(
        words,
        '[[:alnum:]_]*[[:alnum:]][./:_(]+[[:alpha:]][[:alnum:]._/:]*'
        '|[[:alnum:]]*[[:lower:]][[:upper:]][[:alnum:]]*',
        'g'
    ) AS found
$$;

CREATE FUNCTION intake_lexemes(title text, words text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT setweight(to_tsvector('pg_catalog.english', title), 'A')
        || setweight(to_tsvector('pg_catalog.english', coalesce(intake_word_parts(title), '')), 'A')
        || to_tsvector('pg_catalog.english', words)
        || to_tsvector('pg_catalog.english', coalesce(intake_word_parts(words), ''))
$$;
"""
DROP_FUNCTIONS = """
DROP FUNCTION intake_lexemes(text, text);
DROP FUNCTION intake_word_parts(text);
"""
READ_AGAIN = """
UPDATE intake_searchtext AS text SET words = lexemes, length = length(lexemes)
FROM intake_productrequest AS request,
    intake_lexemes(request.title, left(request.body || ' ' || request.why, 20000)) AS lexemes
WHERE request.id = text.product_request_id AND text.words <> lexemes
"""


KEEP_SEARCH_TEXT = pgtrigger.compiler.Trigger(
    name="search_text",
    sql=pgtrigger.compiler.UpsertTriggerSql(
        declare="DECLARE lexemes tsvector;",
        func="\n        lexemes := intake_lexemes(NEW.title, left(NEW.body || ' ' || NEW.why, 20000));\n        INSERT INTO intake_searchtext (product_request_id, words, length)\n        VALUES (NEW.id, lexemes, length(lexemes))\n        ON CONFLICT (product_request_id) DO UPDATE\n            SET words = EXCLUDED.words, length = EXCLUDED.length;\n        RETURN NULL;\n    ",
        hash="52b44e1527e0d4439a7b6d2a67cfdb6da3809e8e",
        operation='INSERT OR UPDATE OF "title", "body", "why"',
        pgid="pgtrigger_search_text_bf39c",
        table="intake_productrequest",
        when="AFTER",
    ),
)


class Migration(migrations.Migration):
    """Words such as Ti.UI.createView, SSO/SAML and setTimeout are found by their parts too."""

    dependencies = [("intake", "0007_routing_rules")]
    operations = [
        migrations.RunSQL(MAKE_FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(READ_AGAIN, migrations.RunSQL.noop),
        pgtrigger.migrations.RemoveTrigger(model_name="productrequest", name="search_text"),
        pgtrigger.migrations.AddTrigger(model_name="productrequest", trigger=KEEP_SEARCH_TEXT),
    ]
