"""What is left of strangers' markup, and what is read out of that."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds import html
from feeds.address import absolute, canonical, is_web, without_secret
from feeds.html import Block, blocks, links, plain, sanitise, to_text, whole_escapes, whole_letters

BASE = "https://julie.example/blog/2026/"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("", ""),
        ("<p>Bonjour <em>toi</em></p>", "<p>Bonjour <em>toi</em></p>"),
        ("<p>Pas fermé", "<p>Pas fermé</p>"),
        ("<script>alert(1)</script>après", "après"),
        ("<style>p{}</style>après", "après"),
        ('<p onclick="x()" class="a" style="color:red" lang="fr">t</p>', '<p lang="fr">t</p>'),
        ("<!-- secret -->t", "t"),
        ('<a href="haie#fin">t</a>', f'<a href="{BASE}haie#fin" rel="noopener noreferrer">t</a>'),
        ('<a href="//x.example/">t</a>', '<a href="https://x.example/" rel="noopener noreferrer">t</a>'),
        ('<a href="javascript:x" target="_blank">t</a>', '<a rel="noopener noreferrer">t</a>'),
        ('<img src="/haie.jpg" srcset="/x 2x" alt="a>b">', '<img src="https://julie.example/haie.jpg" alt="a&gt;b">'),
        ('<img src="data:image/gif;base64,R0lGOD" alt="x">t', "t"),
        ('<img src="https://x.example/p" width="1" height="1">t', "t"),
        ('<img src="https://x.example/p" height="0px">t', "t"),
        ('<img src="https://x.example/p" width="100" height="10">', '<img src="https://x.example/p" width="100" height="10">'),
        ('<blockquote cite="javascript:x">t</blockquote>', "<blockquote>t</blockquote>"),
        ("<ol start=3><li value=x>t</ol>", '<ol start="3"><li>t</li></ol>'),
        ("<iframe src='https://x.example/'></iframe><form><input>t</form>", "t"),
        ("<svg><a xlink:href='javascript:x'>t</a></svg>u", "u"),
        ("<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", ""),
    ],
)  # fmt: skip
def test_sanitise(written: str, kept: str) -> None:
    assert sanitise(written, BASE) == kept


@pytest.mark.parametrize(
    "base", ["", "about:blank", "http://exa mple/", "http://x:99999/", "http://%/", "http://["]
)
def test_without_a_sound_base_relative_addresses_go(base: str) -> None:
    html = '<a href="/a">t</a><a href="https://x.example/">u</a><img src="b.jpg">'
    assert sanitise(html, base) == (
        '<a rel="noopener noreferrer">t</a><a href="https://x.example/" rel="noopener noreferrer">u</a>'
    )


@pytest.mark.parametrize(
    ("clean", "found"),
    [
        ("", []),
        ("Nu", [Block("paragraph", "Nu")]),
        ("<p>Un\n  deux</p><p>trois</p>", [Block("paragraph", "Un deux"), Block("paragraph", "trois")]),
        ("<p>Un<br>deux<br><br>trois</p>", [Block("paragraph", "Un\ndeux\ntrois")]),
        ("<p>Un <em>deux</em>, <b>trois</b></p>", [Block("paragraph", "Un deux, trois")]),
        ("<h2>T</h2><p>p</p>", [Block("heading", "T"), Block("paragraph", "p")]),
        ("<blockquote><p>cité</p></blockquote>p", [Block("quote", "cité"), Block("paragraph", "p")]),
        ("<ul><li>un</li><li><p>deux</p></li></ul>", [Block("list", "un"), Block("list", "deux")]),
        ("<pre><code>a\n  b &lt; c</code></pre>", [Block("code", "a\n  b < c")]),
        ("<table><tr><td>a</td><th>b</th></tr></table>", [Block("table", "a"), Block("table", "b")]),
        ("<figure><img><figcaption>légende</figcaption></figure>", [Block("caption", "légende")]),
        ("<p>a</p><hr><p>b</p>", [Block("paragraph", "a"), Block("paragraph", "b")]),
        ('<p>lire <a href="https://x.example/">ceci</a></p>', [Block("paragraph", "lire ceci", 4)]),
        ("<p>5 &lt; 6 &amp; 7&nbsp;%</p>", [Block("paragraph", "5 < 6 & 7\xa0%")]),
        ('<p title="a>b">t</p>', [Block("paragraph", "t")]),
        ("<p> </p><p>\n</p>", []),
    ],
)  # fmt: skip
def test_blocks(clean: str, found: list[Block]) -> None:
    assert blocks(clean) == found


def test_text_parts_its_blocks_by_an_empty_line() -> None:
    assert to_text("<h1>Haies</h1><p>Un<br>deux</p>") == "Haies\n\nUn\ndeux"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Haies &amp; talus", "Haies & talus"),
        ("Haies & talus", "Haies & talus"),
        ("<b>Haies</b>\n et  talus", "Haies et talus"),
        ("1 < 2", "1 < 2"),
        ("Je <3 les haies", "Je <3 les haies"),
        ("L&#8217;été", "L’été"),
        ("  ", ""),
    ],
)
def test_plain(markup: str, text: str) -> None:
    assert plain(markup) == text


def test_links_are_those_of_the_web_each_once() -> None:
    clean = sanitise(
        '<a href="/a?x=1&amp;y=2">1</a><a href="mailto:j@x.example">2</a><a href="/a?x=1&amp;y=2">3</a>'
        '<a href="https://x.example/">4</a><img src="https://x.example/i.jpg">',
        BASE,
    )
    assert links(clean) == ("https://julie.example/a?x=1&y=2", "https://x.example/")


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("http://WWW.Julie.example/haies/?utm_source=rss#fin", "https://julie.example/haies"),
        ("https://julie.example", "https://julie.example"),
        ("https://julie.example/", "https://julie.example"),
        ("http://julie.example:80/a", "https://julie.example/a"),
        ("https://julie.example:8443/a", "https://julie.example:8443/a"),
        ("https://julie.example./a", "https://julie.example/a"),
        ("https://julie.example/?p=12&utm_campaign=x&fbclid=y", "https://julie.example?p=12"),
        ("https://julie.example/?q=%E9t%E9&r=a+b&s", "https://julie.example?q=%E9t%E9&r=a+b&s"),
        ("https://julie.example/Haies", "https://julie.example/Haies"),
        ("https://[2001:db8::1]:8080/a/", "https://[2001:db8::1]:8080/a"),
        ("tag:julie.example,2026:1", "tag:julie.example,2026:1"),
        ("urn:uuid:1-2#3", "urn:uuid:1-2#3"),
        ("https://[broken", "https://[broken"),
        ("https://www.Été.example/a", "https://xn--t-9fab.example/a"),
        ("https://xn--t-9fab.example/a/", "https://xn--t-9fab.example/a"),
        ("https://été。example./", "https://xn--t-9fab.example"),
        ("https://é..example/a", "https://é..example/a"),
        ("https://julie.example:port/", "https://julie.example:port/"),
        ("un titre", "un titre"),
        ("", ""),
    ],
)
def test_canonical(address: str, form: str) -> None:
    assert canonical(address) == form


@pytest.mark.parametrize(
    ("address", "joined"),
    [
        ("haie", BASE + "haie"),
        (" /haie ", "https://julie.example/haie"),
        ("../", "https://julie.example/blog/"),
        ("HTTP://x.example/", "HTTP://x.example/"),
        ("", ""),
        ("   ", ""),
        ("javascript:alert(1)", ""),
        ("java\nscript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("mailto:julie@julie.example", ""),
        ("http://[", ""),
        ("http://bob:s3cr3t@h.example/f", "http://h.example/f"),
        ("HTTPS://bob@h.example:8443/f?a@b", "https://h.example:8443/f?a@b"),
        ("//bob:s3:cr@3t@h.example/f", "https://h.example/f"),
        ("http:///bob:s3cr3t@h.example/f", "http:///h.example/f"),
        ("https://bob:s3cr3t%40h.example/f", "https://h.example/f"),
        ("https://piaille.example/@julie", "https://piaille.example/@julie"),
        ("/@julie?to=a@b.example#c@d", "https://julie.example/@julie?to=a@b.example#c@d"),
    ],
)
def test_absolute(address: str, joined: str) -> None:
    assert absolute(address, BASE) == joined


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r'"\ud83c\udf33"', "🌳"),
        (r'"\ud83c"', "�"),
        (r'"a\udf33b"', "a�b"),
        (r'"\udf33\ud83c"', "��"),
        (r'"\\ud83c"', r"\ud83c"),
        (r'"\\\ud83c"', "\\�"),
        (r'"\u00e9"', "é"),
    ],
)
def test_escapes_in_json_come_to_name_whole_letters(written: str, meant: str) -> None:
    assert json.loads(whole_escapes(written)) == meant


@given(st.text(st.characters(), max_size=12))
def test_whole_letters_fit_into_any_file_and_the_others_stay(text: str) -> None:
    whole = whole_letters(text)
    whole.encode()
    assert whole_letters(whole) == whole
    if not any("\ud800" <= letter <= "\udfff" for letter in text):
        assert whole == text


@pytest.mark.parametrize("piece", ["<div>", "<ul><li>", "<section>", "</p><BlockQuote>"])
def test_what_nests_without_end_is_read_as_text(piece: str) -> None:
    """A hundred thousand levels: nested for real, they would take hours."""
    assert to_text(sanitise("avant " + piece * 100_000 + "après" + "</div>" * 100_000, BASE)) == "avant après"


def test_what_nests_as_people_nest_is_kept() -> None:
    deep = "<div>" * 400 + "t" + "</div>" * 400
    assert sanitise(deep * 3) == deep * 3
    assert sanitise("</div>" * 900 + "<div>t</div>") == "<div>t</div>"


def test_blocks_of_many_levels_are_read_as_fast_as_others() -> None:
    levels = 50_000
    found = blocks("<blockquote>" * levels + "cité" + "</blockquote>" * levels + "p")
    assert found == [Block("quote", "cité"), Block("paragraph", "p")]


# --- whatever comes ---

HOSTILE = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(
            [
                "<script>", "</script>", "<p", ">", "</p>", "<a href=", '"', "'", "javascript:alert(1)", "<img src=",
                " onerror=x ", "<svg/onload=x>", "<style>", "<!--", "-->", "<![CDATA[", "]]>", "&", "&lt;", "&#106;", "<",
                "<blockquote>", "</blockquote>", "<math>", "<noscript>", "<template>", "<table>", "<title>", "data:", "\x00",
                "<iframe srcdoc=", "<base href=", "<form action=", "<pre>", "<li>", "\n", "/>", "=", "jAvAsCrIpT&colon;",
            ]
        ),
    ),
    max_size=14,
).map("".join)  # fmt: skip
BASES = st.one_of(st.just(BASE), st.text(max_size=10), st.text(max_size=10).map("http://{}".format))


class Inspector(HTMLParser):
    """Reads what a browser would be given, and refuses what it should not be."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in html._TAGS
        for name, value in attrs:
            assert not name.startswith("on")
            assert name not in {"style", "srcdoc", "formaction"}
            if name in {"href", "src", "cite"}:
                assert urlsplit((value or "").strip()).scheme in html._SCHEMES

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)


@given(HOSTILE, BASES)
def test_whatever_comes_what_is_left_is_harmless_and_can_be_read(markup: str, base: str) -> None:
    clean = sanitise(markup, base)
    inspector = Inspector()
    inspector.feed(clean)
    inspector.close()
    for block in blocks(clean):
        assert block.text.strip()
        assert 0 <= block.linked <= len(block.text)
    assert all(is_web(link) for link in links(clean))
    assert to_text(clean).count("\x00") == 0


@given(HOSTILE)
def test_cleaning_what_is_clean_changes_nothing(markup: str) -> None:
    clean = sanitise(markup, BASE)
    assert sanitise(clean, BASE) == clean


@given(HOSTILE)
def test_readers_of_clean_markup_bear_any_markup(markup: str) -> None:
    blocks(markup)
    links(markup)
    assert "\n" not in plain(markup)


ADDRESSES = st.one_of(
    st.text(max_size=20),
    st.builds(
        "{}://{}/{}?{}#{}".format,
        st.sampled_from(["http", "https", "HTTP", "ftp"]),
        st.sampled_from(
            ["julie.example", "WWW.julie.example", "[::1]", "été.example", "a:80", "a:x", "", "u@h"]
        ),
        st.text(max_size=6),
        st.sampled_from(["", "a=1&utm_source=x", "utm_medium=x", "&&", "=", "q=%E9"]),
        st.text(max_size=3),
    ),
)


@given(ADDRESSES)
def test_the_canonical_form_of_a_canonical_form_is_itself(address: str) -> None:
    assert canonical(canonical(address)) == canonical(address)


@given(ADDRESSES, ADDRESSES)
def test_absolute_gives_a_web_address_or_nothing(address: str, base: str) -> None:
    joined = absolute(address, base)
    assert joined == "" or is_web(joined)


PIECES = (
    *(
        "<p>",
        "</p>",
        "<br>",
        "<pre>",
        "</pre>",
        "<li>",
        "<blockquote>",
        "</blockquote>",
        "<h2>",
        "</h2>",
        "<hr>",
    ),
    *(
        "<a href='https://x.example/'>",
        "</a>",
        "<em>",
        "</em>",
        "<code>",
        "<td>",
        "<div>",
        "</div>",
        "<img src='/i.png'>",
    ),
    *("une haie", " ", "\n", "\n\n", "  deux\n lignes ", "&amp;", "&lt;p&gt;", "é\xa0!", "<", ">", "x\ty"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_text_is_that_of_the_blocks(pieces: list[str]) -> None:
    html = sanitise("".join(pieces))
    assert to_text(html) == "\n\n".join(block.text for block in blocks(html))


@given(
    st.sampled_from(["http", "https"]),
    st.text("abc./:#?&=%éè-_~@[]\\ ", max_size=12),
    st.sampled_from(["", "https://b.example/c/"]),
)
def test_what_is_absolute_already_is_left_as_joining_would_leave_it(
    scheme: str, rest: str, base: str
) -> None:
    address = f"{scheme}://a.example{rest}"
    try:
        joined = urljoin(base or "https://b.example/", address.strip())
    except ValueError:
        joined = ""
    assert absolute(address, base or "https://b.example/") == without_secret(joined)


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        (
            '<p>a</p><noscript><a href="https://b.example/">b</a></noscript>',
            '<p>a</p><a href="https://b.example/"',
        ),
        ('<iframe src="x" title="a>b"><p>Le son, ici.</p></iframe>', "<p>Le son, ici.</p>"),
        ("<xmp><b>b</b></xmp>", "<b>b</b>"),
        ('<p>a</p><script src="x"/><p>b</p>', "<p>a</p><p>b</p>"),
        ("<p>a</p><script>alert('<p>x</p>')</script><p>b</p>", "<p>a</p><p>b</p>"),
        ("<style>p{}</style><p>b</p>", "<p>b</p>"),
        ('<a href="  https://b.example/ ">b</a>', '<a href="https://b.example/'),
        ("<img src='\n https://b.example/i.png'>", '<img src="https://b.example/i.png">'),
    ],
)
def test_nothing_is_swallowed_that_a_reader_of_the_page_would_see(html: str, clean: str) -> None:
    assert sanitise(html).startswith(clean)
    assert "script" not in sanitise(html)


# --- secrets ---


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("ftp://bob:s3cr3t@h.example", "ftp://h.example"),
        ("ftp:bob:s3cr3t@h.example/f", "ftp:h.example/f"),
        ("//bob:s3cr3t@h.example", "//h.example"),
        (r"http:\\bob:s3cr3t@h.example", r"http:\\h.example"),
        ("http://[bob:s3cr3t@h.example", "http://h.example"),
        ("mailto:bob@h.example", "mailto:bob@h.example"),
        ("tag:bob@h.example,2026:1", "tag:bob@h.example,2026:1"),
        ("@bob@h.example", "@bob@h.example"),
        ("bob@h.example", "bob@h.example"),
        ("/@bob", "/@bob"),
        ("", ""),
    ],
)
def test_an_address_without_its_secret(address: str, told: str) -> None:
    assert without_secret(address) == told


def test_no_secret_is_left_in_links_or_images() -> None:
    clean = sanitise(
        '<a href="https://bob:s3cr3t@h.example/f">t</a><img src="//bob:s3cr3t@h.example/i.png">'
        '<a href="mailto:bob@h.example">bob@h.example</a><a href="https://h.example/@bob">@bob</a>',
        BASE,
    )
    assert "s3cr3t" not in clean
    assert links(clean) == ("https://h.example/f", "https://h.example/@bob")
    assert '<img src="https://h.example/i.png">' in clean
    assert 'href="mailto:bob@h.example"' in clean


# --- what is large ---


def test_a_title_is_looked_at_no_further_than_its_beginning() -> None:
    assert plain("<div>" * 50_000 + "t") == ""
    assert plain("<b>é</b> " * 700 + "<div>" * 50_000) == ("é " * 700).strip()
    assert len(plain("é" * 50_000)) == html._MOST_PLAIN


def test_what_is_very_long_is_cut_and_its_pictures_do_not_count() -> None:
    assert len(sanitise("é" * 3_000_000)) == html._MOST
    picture = '<img src="data:image/png;base64,' + "A" * html._MOST + '">'
    assert sanitise(f"<p>avant</p>{picture}<p>après</p>") == "<p>avant</p><p>après</p>"


@pytest.mark.parametrize(
    "opened",
    [
        "".join(f"<b title={number}>" for number in range(3_000)),
        "".join(f'<i title=">{number}">' for number in range(3_000)),
        "<b><i><u><s><tt><em><code><strong><small><big>" * 4,
    ],
)
def test_formatting_that_is_never_closed_does_not_swell(opened: str) -> None:
    """Opened again in each of ten thousand paragraphs, the first would fill the memory."""
    clean = sanitise(f"<p>{opened}" + "<p>x" * 10_000, BASE)
    assert len(clean) < html._MOST_CLEAN
    assert to_text(clean).split()[-100:] == ["x"] * 100


def test_what_swells_all_the_same_is_read_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "_MOST_CLEAN", 1_000)
    assert sanitise("<p><b><i><u>" + "<p>x &lt;" * 40) == " ".join(["x &lt;"] * 40)


def test_tags_and_references_without_number_are_read_as_text() -> None:
    assert sanitise("<i></i>" * 60_000 + "t\0") == "t"
    assert sanitise("&" * 200_000) == "&amp;" * 200_000
