"""What somebody wrote themselves: without the mail they answer, and without their signature.

Mail programs announce what they quote in the language of their user; English, German and French
ones are known. What cannot be told apart stays: too much is better than too little.
"""

import re

LONGEST_READ = 200_000
LOOKED_AT = 4  # lines an announcement may be broken into
_WROTE = r"(?:wrote|writes|schrieb(?:en)?|a écrit|écrivait|escribió|ha scritto)"
ANNOUNCED = re.compile(rf"\b{_WROTE}\b.{{0,200}}:$", re.IGNORECASE)
# A sentence such as "On Monday the customer wrote:" names no year, hour or address.
DATED = re.compile(r"\b(?:19|20)\d\d\b|\d\d[./]\d\d[./]\d\d\b|\b\d{1,2}[:h]\d\d\b|\S@\S")
BEGUN = re.compile(r"^(?:On|Am|Le|El|Il)\s|^\W{0,2}\d{1,4}[./-]\d|\S@\S|^\w.{0,60}\sschrieb\s")
SEPARATOR = re.compile(
    r"^[\s>]*(?:-{2,}|_{2,})\s*(?:Original Message|Original Appointment|Original-Nachricht"
    r"|Urspr[üu]e?ngliche Nachricht|Message d['’]origine|Message original)\s*(?:-{2,}|_{2,})\s*$",
    re.IGNORECASE,
)
FROM = re.compile(r"^\*?(?:From|Von|De|Expéditeur)\s?\*?\s?:\*?\s*\S", re.IGNORECASE)
MORE = re.compile(
    r"^\*?(?:Sent|Date|To|Cc|Subject|Gesendet|Datum|An|Betreff|Envoyé|À|A|Objet)\s?\*?\s?:\*?",
    re.IGNORECASE,
)
RULE = re.compile(r"^\s*(?:_{8,}|-{8,}|\*{8,})\s*$")
SIGNED = re.compile(r"^--\s?$")
FROM_A_PHONE = re.compile(
    r"^\s*(?:Sent from (?:my|Mail for|Outlook|Yahoo)|Sent via|Get Outlook for"
    r"|Von mein(?:em|er) .{2,40} gesendet|Gesendet (?:von|mit|über|aus)"
    r"|Diese Nachricht wurde von mein|Holen Sie sich Outlook|Outlook für .{2,12} beziehen"
    r"|Envoyé (?:de|depuis|à partir)|Télécharger Outlook|Obtenez Outlook).{0,120}$",
    re.IGNORECASE,
)


def trim(text: str, *, keeps_quotes: bool = False) -> str:
    """Return the words of the writer; a forward keeps what it forwards."""
    plain = text[:LONGEST_READ].replace("\xa0", " ")
    lines = [line.rstrip() for line in plain.split("\n")]
    if not keeps_quotes:
        own = _without_quote(lines)
        lines = own if any(line.strip() for line in _without_signature(own)) else lines
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_without_signature(lines))).strip()


def unfold(text: str, *, delete_space: bool) -> str:
    """Put lines together again that format=flowed broke (RFC 3676)."""
    whole: list[str] = []
    is_open = False
    for line in text.split("\n"):
        line = line.removeprefix(" ") if not line.startswith(">") else line
        if is_open and not line.startswith(">") and line != "-- ":
            whole[-1] += line
        else:
            whole.append(line)
        is_open = line.endswith(" ") and line != "-- " and not line.startswith(">")
        if is_open and delete_space:
            whole[-1] = whole[-1][:-1]
    return "\n".join(whole)


def _without_quote(lines: list[str]) -> list[str]:
    """Cut at the first announcement or separator; answers between quoted lines keep both."""
    for place in range(len(lines)):
        after = _end_of_announcement(lines, place)
        if after is None:
            continue
        rest = [line for line in lines[after:] if line.strip()]
        is_marked = bool(rest) and rest[0].startswith(">")
        if is_marked and _has_own_words(rest):
            return lines
        return lines[:place]
    return _without_last_quote(lines)


def _end_of_announcement(lines: list[str], place: int) -> int | None:
    """Return the line after what announces a quote at `place`, None where nothing does."""
    line = lines[place].strip()
    if not line:
        return None
    if SEPARATOR.match(line):
        return place + 1
    if RULE.match(line) and _is_header(lines, place + 1):
        return place + 1
    if _is_header(lines, place):
        return place + 1
    joined = ""
    for length, more in enumerate(lines[place : place + LOOKED_AT], start=1):
        if not more.strip():
            break
        joined = f"{joined} {more.strip()}".strip()[:600].replace("\u202f", " ")
        if _announces(joined) and not any(
            _announces(" ".join(each.strip() for each in lines[place + later : place + length]))
            for later in range(1, length)
        ):
            return place + length
    return None


def _announces(line: str) -> bool:
    line = line.replace(" :", ":").replace("\uff1a", ":")
    return (
        line.endswith(":")
        and ANNOUNCED.search(line) is not None
        and DATED.search(line) is not None
        and BEGUN.search(line) is not None
    )


def _is_header(lines: list[str], place: int) -> bool:
    """Say whether From:, Sent:, Subject: and the like stand here, as Outlook writes them."""
    near = [line.strip() for line in lines[place : place + 9] if line.strip()]
    return bool(near and FROM.match(near[0])) and sum(bool(MORE.match(e)) for e in near[1:6]) >= 2


def _has_own_words(rest: list[str]) -> bool:
    own = _without_signature([line for line in rest if not line.startswith(">")])
    return any(line.strip() for line in own)


def _without_last_quote(lines: list[str]) -> list[str]:
    """Cut quoted lines at the end that nothing announced."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].startswith(">")):
        end -= 1
    return lines[:end] if end else lines


def _without_signature(lines: list[str]) -> list[str]:
    """Cut at "-- ", and what a telephone adds, unless nothing would be left."""
    for place, line in enumerate(lines):
        if SIGNED.match(line) and any(each.strip() for each in lines[:place]):
            lines = lines[:place]
            break
    end = len(lines)
    while end and (not lines[end - 1].strip() or FROM_A_PHONE.match(lines[end - 1])):
        end -= 1
    return lines[:end]
