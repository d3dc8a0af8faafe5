"""Which rows have a word in a field."""

from django.db.models import Q

FEW_LETTERS = 2


def having(field: str, word: str) -> Q:
    """Return the condition that a field has the word in it, in upper or lower case.

    One or two letters are looked for where a word begins. They stand anywhere in most texts, and
    trigrams, which an index keeps of them, have three: only the beginning makes up for the third.
    """
    if len(word) > FEW_LETTERS or not word.isascii():
        return Q(**{f"{field}__icontains": word})
    return Q(**{f"{field}__istartswith": word}) | Q(**{f"{field}__icontains": f" {word}"})
