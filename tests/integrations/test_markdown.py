"""Atlassian documents and wiki text as Markdown: readable, harmless, bounded."""

import re
import time
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prodops.integrations.jira import adf, wiki
from prodops.ui.markdown import render


def text(words, *marks):
    return {"type": "text", "text": words, "marks": list(marks)}


def node(kind, *content, **attrs):
    return {"type": kind, "attrs": attrs, "content": list(content)}


def paragraph(*content):
    return node("paragraph", *[text(one) if isinstance(one, str) else one for one in content])


STRONG, EM, CODE, STRIKE = ({"type": kind} for kind in ("strong", "em", "code", "strike"))


def link(href):
    return {"type": "link", "attrs": {"href": href}}


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (paragraph("a ", text("b ", STRONG), text("c", EM)), "a **b** *c*"),
        (paragraph(text("x", STRONG, EM), text("y", STRIKE)), "***x***~~y~~"),
        (paragraph(text("a`b", CODE)), "``a`b``"),
        (paragraph(text("docs", link("https://a.b/c (1)"))), "docs"),
        (paragraph(text("docs", link("https://a.b/c_(1)"))), "[docs](https://a.b/c_%281%29)"),
        (paragraph(text("click", link("javascript:alert(1)"))), "click"),
        (paragraph("one", {"type": "hardBreak"}, "# two"), "one\n\\# two"),
        (
            paragraph("snake_case 2 * 3 *not bold* [x] <b>"),
            r"snake_case 2 * 3 \*not bold\* [x] \<b>",
        ),
        (paragraph("a [x](https://e.x)"), r"a [x\](https://e.x)"),
        (paragraph("&lt;b&gt; & so"), r"\&lt;b\&gt; & so"),
        (paragraph("1. no list"), r"1\. no list"),
        (node("heading", text("Why\nnot"), level=2), "## Why not"),
        (node("codeBlock", text("a\n```\nb"), language="Python"), "````python\na\n```\nb\n````"),
        (node("blockquote", paragraph("a"), paragraph("b")), "> a\n>\n> b"),
        (node("panel", paragraph("care"), panelType="warning"), "> **Warning**\n>\n> care"),
        (node("expand", paragraph("in"), title="More"), "**More**\n\nin"),
        (node("rule"), "---"),
        (paragraph(node("mention", id="5b", text="@Mira")), "@Mira"),
        (paragraph(node("emoji", shortName=":tada:", text="🎉")), "🎉"),
        (paragraph(node("emoji", shortName=":custom:")), ":custom:"),
        (paragraph(node("date", timestamp="1700000000000")), "2023-11-14"),
        (paragraph(node("status", text="DONE")), "DONE"),
        (paragraph(node("inlineCard", url="https://a.b/c")), "<https://a.b/c>"),
        (node("mediaSingle", node("media", alt="plan.png", id="1")), "plan.png"),
        (node("mediaSingle", node("media", id="1")), "attachment"),
        (node("novelty", paragraph("kept"), node("odd", text("too"))), "kept\n\ntoo"),
        ({"type": "novelty", "attrs": {"text": "its own words"}}, "its own words"),
    ],
)
def test_a_document_as_markdown(block, expected):
    assert adf.to_markdown(node("doc", block)) == expected


def test_lists_within_lists_and_tasks():
    inner = node("orderedList", node("listItem", paragraph("n"), node("codeBlock", text("x"))))
    document = node(
        "doc",
        node("bulletList", node("listItem", paragraph("a"), inner), node("listItem")),
        node("orderedList", node("listItem", paragraph("b")), order=3),
        node("taskList", node("taskItem", text("c"), state="DONE"), node("taskItem", text("d"))),
    )
    assert adf.to_markdown(document) == (
        "- a\n  1. n\n\n     ```\n     x\n     ```\n- \n\n3. b\n\n- [x] c\n- [ ] d"
    )
    html = render(adf.to_markdown(document))
    assert html.count("<ol") == 2
    assert "<li>a" in html
    assert "<code>x\n</code>" in html


def test_tables():
    head = node("tableRow", node("tableHeader", paragraph("A|B")), node("tableHeader"))
    items = node("bulletList", node("listItem", paragraph("x")), node("listItem", paragraph("y")))
    row = node("tableRow", node("tableCell", items, colspan=2), node("tableCell", paragraph("z")))
    assert adf.to_markdown(node("doc", node("table", head, row))) == (
        "| A\\|B |  |  |\n| --- | --- | --- |\n| • x • y |  | z |"
    )
    assert "<td>• x • y</td>" in render(adf.to_markdown(node("doc", node("table", head, row))))


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("h1. Why *not*", "# Why **not**"),
        ("*b* _e_ -s- +u+ {{m}} ??c??", "**b** *e* ~~s~~ u `m` *c*"),
        ("snake_case a*b*c 2020-01-02 x - y", r"snake_case a\*b\*c 2020-01-02 x - y"),
        ("{*}a{*}b {color:red}c{color}", "**a**b c"),
        ("[docs|https://a.b/c_(1)]", "[docs](https://a.b/c_%281%29)"),
        ("[https://a.b] https://c.d/e_f_g.", "<https://a.b> <https://c.d/e_f_g>."),
        ("[x|javascript:alert(1)] [y]", "x [y]"),
        ("[~mira] [~accountid:5b:10] [^plan.pdf]", "@mira @5b:10 plan.pdf"),
        ("!shot.png|thumbnail! wow!", "shot.png wow!"),
        (r"one\\two \*three\*", "one\ntwo \\*three\\*"),
        ("# a\n# b\n#* c\n* d\n# e", "1. a\n2. b\n   - c\n- d\n1. e"),
        ("* a\n** b\n*# c\n*# d\n* e", "- a\n  - b\n  1. c\n  2. d\n- e"),
        (
            "||A||B||\n|a|[l|http://x.y]|\n|b|",
            "| A | B |\n| --- | --- |\n| a | [l](http://x.y) |\n| b |  |",
        ),
        ("{code:java}\nint *x*;\n{code}", "```java\nint *x*;\n```"),
        ("{code:title=a.sql|language=sql}\nx\n{code}", "```sql\nx\n```"),
        ("see {noformat}*raw*{noformat} it", "see\n\n```\n*raw*\n```\n\nit"),
        ("{code}never closed *b*", "never closed **b**"),
        ("bq. said", "> said"),
        ("{quote}a\n* b{quote}after", "> a\n>\n> - b\n\nafter"),
        ("{panel:title=T|bgColor=#fff}\nin\n{panel}", "> **T**\n>\n> in"),
        ("{panel}\n{code}\nx\n{code}\n{panel}", "> ```\n> x\n> ```"),
        ("----", "---"),
        ("(/) (x) done", "✅ ❌ done"),
        ("1. kept\n> too", "1\\. kept\n\\> too"),
        ("a\r\nb\n\n\nc", "a\nb\n\nc"),
    ],
)
def test_wiki_text_as_markdown(markup, expected):
    assert wiki.to_markdown(markup) == expected


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x|javascript:alert(1)] [y|data:text/html,<script>]",
    '[a](javascript:alert(1)) <a href="javascript:x">',
    '<div hx-get="/x" hx-trigger="load">',
    "{html}<iframe src=//e.x>{html} !http://e.x/beacon.gif!",
    "`<svg onload=alert(1)>` {{<b onclick=x>}} {code}</code><script>{code}",
    "![x](http://e.x/y.png) ||<script>||\n|<img src=x>|",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_do_nothing(words):
    document = node("doc", paragraph(words), node("codeBlock", text(words)), node("x", text(words)))
    for markdown in (wiki.to_markdown(words), adf.to_markdown(document)):
        html = render(markdown).lower()
        tags = {tag.strip("</>").split(" href=")[0] for tag in re.findall(r"<[^>]+>", html)}
        assert tags <= {"p", "br", "pre", "code", "table", "thead", "tbody", "tr", "th", "td", "a"}
        assert not re.search(r'<a href="(?!https?://)', html)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.fixed_dictionaries(
            {"type": st.sampled_from([*adf.BLOCKS, *sorted(adf.INLINE), "listItem", "odd"])},
            optional={
                "content": inner,
                "text": inner,
                "attrs": st.dictionaries(st.sampled_from(["level", "order", "url", "text"]), inner),
                "marks": st.lists(st.sampled_from([STRONG, EM, CODE, link("https://a.b"), None])),
            },
        )
    ),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(document=anything)
def test_any_document_becomes_text(document):
    written = adf.to_markdown({"type": "doc", "content": [document]})
    assert isinstance(written, str)
    render(written)


@settings(max_examples=300, deadline=None)
@given(words=st.text(alphabet="ab*_-+#|{}[]()!\\~^?:. \n<>`h1quotecdpanl/", max_size=80))
def test_any_wiki_text_becomes_text(words):
    render(wiki.to_markdown(words))


@settings(max_examples=200, deadline=None)
@given(words=st.text(alphabet="ab*_-+#|[]()\\~:.1! <>`&;=\n", min_size=1, max_size=40))
def test_words_of_a_document_are_read_as_they_were_written(words):
    """Nothing a person typed as text turns into markup, and nothing of it is lost."""
    html = render(adf.to_markdown(node("doc", paragraph(words))))
    assert set(re.findall(r"<[^>]+>", html)) <= {"<p>", "</p>", "<br>"}
    shown = unescape(re.sub(r"<[^>]+>", " ", html))
    assert shown.split() == words.split()


@pytest.mark.parametrize(
    "sign", ["*", "[a", "{{", "{code}", "{quote}", "|", "_a ", "{panel}\n", "!a", "\\", "* a\n"]
)
def test_time_grows_with_the_length_only(sign):
    words = sign * (500_000 // len(sign))
    began = time.process_time()
    wiki.to_markdown(words)
    adf.to_markdown(node("doc", paragraph(words)))
    assert time.process_time() - began < 10


def test_five_megabytes_are_read():
    words = "A line with *bold*, a [link|https://a.b] and `signs`.\n" * 95_000
    assert len(wiki.to_markdown(words)) > 5_000_000
    assert len(adf.to_markdown(node("doc", paragraph(words)))) > 5_000_000


def test_deep_nesting_keeps_its_words():
    document = paragraph("deep down")
    for _ in range(3000):
        document = node("blockquote", document)
    assert "deep down" in adf.to_markdown(node("doc", document))
