"""Whose a page is: its h-card among all that stand on it, the accounts it names as its author's, the name in its head."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.page import Card, read

URL = "https://julie.example/"
PAUL = '<div class="h-card"><a class="p-name u-url" href="https://paul.example/">Paul Roux</a></div>'


def card(markup: str, url: str = URL) -> Card | None:
    return read(markup, url).card


def name(markup: str, url: str = URL) -> str:
    found = card(markup, url)
    return found.name if found else ""


def urls(markup: str, url: str = URL) -> tuple[str, ...]:
    found = card(markup, url)
    return found.urls if found else ()


# --- the owner's card ---


def test_a_card_with_all_that_it_may_hold() -> None:
    markup = """
      <div class="h-card"><img class="u-photo" src="/moi.jpg" alt="Portrait">
        <h1><a class="p-name u-url u-uid" href="/">Julie <b>Martin</b></a></h1>
        <p class="p-note">Haies et talus.
        <a class="u-url" rel="me" href="https://piaille.example/@julie">Mastodon</a>
        <a class="u-email" href="mailto:julie%40haies.example?subject=Salut">écrire</a></p></div>"""
    assert card(markup) == Card(
        "Julie Martin", (URL, "https://piaille.example/@julie"), ("julie@haies.example",)
    )


@pytest.mark.parametrize(
    "markup",
    [
        '<a class="h-card" href="/">Julie Martin</a>',
        '<a class="h-card" href="">Julie Martin</a>',
        '<a class="h-card u-url p-name" href="https://www.julie.example">Julie Martin</a>',
        '<p class="h-card"><a href="/">Julie Martin</a></p>',
        '<a class="h-card" href="/"><img src="moi.jpg" alt="Julie Martin"></a>',
        (
            '<div class="h-card"><a class="u-url" href="/"><img src="m.jpg" alt="Portrait de Julie"></a>'
            '<span class="p-name">Julie Martin</span></div>'
        ),
        '<div class="h-card"><img class="p-name" alt="Julie Martin"><link class="u-url" href="/"></div>',
        '<div class="h-card"><abbr class="p-name" title="Julie Martin">JM</abbr><a class="u-url" href="/">·</a></div>',
        '<div class="h-card"><data class="p-name" value="Julie Martin"></data><a class="u-uid" href="/">·</a></div>',
        (
            '<div class="h-card"><span class="p-given-name">Julie</span> <span class="p-family-name">Martin</span>'
            '<a class="u-url" href="/">·</a></div>'
        ),
        (
            '<div class="h-card"><span class="p-name">Julie\n  <script>x()</script> Martin</span>'
            '<span class="u-url">https://julie.example/</span></div>'
        ),
        '<body class="h-card"><p class="p-name">Julie Martin<p><a class="u-url" href="/">ici</a>',
        '<DIV CLASS="h-card"><A CLASS="p-name u-url" HREF="/">Julie Martin</A></DIV>',
        '<div class="vcard"><a class="fn url" href="/">Julie Martin</a></div>',
        '<address class="vcard"><span class="fn">Julie Martin</span> <a class="url" href="/">·</a></address>',
        '<div class="h-card vcard"><a class="fn url" href="/">Julie Martin</a></div>',
    ],
)
def test_ways_to_write_it(markup: str) -> None:
    found = card(markup)
    assert found is not None
    assert found.name == "Julie Martin"


def test_the_older_words_count_in_older_cards_only() -> None:
    assert card('<div class="h-card"><a class="fn url" href="/">Julie</a> <a href="/b">b</a></div>') is None


def test_a_card_that_is_all_text_has_no_name_where_it_names_its_parts() -> None:
    assert (
        name('<div class="h-card"><b class="p-org">Haies SARL</b><a class="u-url" href="/">·</a></div>') == ""
    )


@pytest.mark.parametrize(
    ("mailbox", "emails"),
    [
        ('<a class="u-email" href="MAILTO:julie@haies.example">x</a>', ("julie@haies.example",)),
        ('<span class="p-email">julie@haies.example</span>', ("julie@haies.example",)),
        ('<span class="u-email">julie chez haies point example</span>', ()),
        ('<a class="u-email" href="/contact">écrire</a>', ()),
    ],
)
def test_mailboxes(mailbox: str, emails: tuple[str, ...]) -> None:
    found = card(f'<div class="h-card"><a class="p-name u-url" href="/">Julie</a>{mailbox}</div>')
    assert found == Card("Julie", (URL,), emails)


# --- which of several ---


def test_one_that_a_rel_me_points_to_is_the_owners_though_its_address_is_elsewhere() -> None:
    me = '<a rel="me" href="https://piaille.example/@julie">Mastodon</a>'
    there = '<a class="h-card" href="https://piaille.example/@julie">Julie Martin</a>'
    assert name(me + PAUL + there) == "Julie Martin"
    assert name(PAUL + there) == ""


def test_the_one_that_says_most_comes_first() -> None:
    own = '<div class="h-card"><a class="p-name u-url u-uid" href="/">Julie</a></div>'
    mine = '<a rel="me" class="h-card" href="https://moi.example/">Mon autre site</a>'
    here = '<a class="h-card" href="/">Accueil</a>'
    assert name(here + mine + own) == "Julie"
    assert name(here + mine) == "Mon autre site"
    assert name(here) == "Accueil"


def test_a_card_at_the_top_and_one_at_the_bottom_are_one() -> None:
    top, bottom = '<a class="h-card" href="/">Julie</a>', '<a class="h-card" href="/">Julie Martin</a>'
    assert name(top + bottom) == "Julie Martin"
    assert urls(top + bottom) == (URL,)


def test_of_two_people_with_one_address_neither_is_the_owner() -> None:
    assert card('<a class="h-card" href="/">Julie</a><a class="h-card" href="/">Paul</a>') is None


def test_a_page_within_a_site_has_its_own_address() -> None:
    site = '<a class="h-card" href="https://julie.example/">Julie</a>'
    assert card(site, f"{URL}a-propos") is None
    assert name(f'<link rel="canonical" href="/">{site}', f"{URL}index.html") == "Julie"
    assert card(f'<link rel="canonical" href="{URL}">{site}', "https://mallory.example/") is None


# --- those of others ---


@pytest.mark.parametrize(
    "markup",
    [
        PAUL,
        '<article class="h-entry"><a class="p-author h-card" href="/">Paul Roux</a></article>',
        '<article class="post hentry"><span class="author vcard"><a class="url fn n" href="/">Paul Roux</a></span></article>',
        '<div class="h-feed"><div class="h-entry"><a class="u-author h-card" href="/">Paul</a></div></div>',
        '<div class="h-cite u-comment"><a class="p-author h-card" href="/">Mallory</a> Bravo !</div>',
        '<li class="u-comment"><a class="h-card" href="/">Mallory</a></li>',
        '<ol class="commentlist"><li><div class="comment-author vcard"><a class="fn url" href="/">Mallory</a></div></ol>',
        '<div id="comments"><p><a class="h-card" href="/">Mallory</a></div>',
        '<ul class="facepile"><li class="u-like"><a class="h-card" href="/"><img alt="Mallory"></a></ul>',
        '<div class="webmentions"><a class="h-card" href="/">Mallory</a></div>',
        '<ul class="blogroll"><li><a class="h-card" rel="friend met" href="https://paul.example/">Paul</a></ul>',
        (
            '<ul><li class="h-card"><a class="u-url" rel="friend" href="https://paul.example/">Paul</a>'
            '<li class="h-card"><a class="u-url" rel="friend" href="https://lea.example/">Léa</a></ul>'
        ),
        '<div class="h-event"><a class="p-organizer h-card" href="/">Mallory</a></div>',
        '<template><a class="h-card" href="/">Nom</a></template>',
        '<div class="card h-full vcards"><a href="/">Accueil</a></div>',
        '<!-- <a class="h-card" href="/">Mallory</a> -->',
    ],
)
def test_cards_of_others_are_not_the_owners(markup: str) -> None:
    assert card(markup) is None
    assert name(markup + '<a class="h-card" href="/">Julie</a>') == "Julie"


def test_what_stands_in_a_card_is_not_all_its_owners() -> None:
    markup = """<div class="h-card"><a class="p-name u-url" href="/">Julie</a>
        <div class="p-org h-card"><a class="p-name u-url" href="https://haies.example/">Haies SARL</a></div>
        <div class="h-entry"><a class="u-url p-name" href="/talus">Les talus</a>
          <a class="p-author h-card" href="https://paul.example/">Paul</a></div>
        <a class="u-url" href="https://livre.example/">Livre</a></div>"""
    assert card(markup) == Card("Julie", (URL, "https://livre.example/"))


def test_who_signs_a_whole_feed_or_has_a_page_of_their_own_is_its_owner() -> None:
    assert name('<div class="h-feed"><a class="p-author h-card" href="/">Julie</a></div>') == "Julie"
    page = '<article class="page type-page hentry"><a class="h-card" href="/">Julie</a></article>'
    assert name(page) == "Julie"
    byline = '<h1><span class="vcard"><a class="url fn n" href="https://blog.example/author/julie/">Julie</a></span></h1>'
    assert name(byline, "https://blog.example/author/julie/") == "Julie"


def test_markup_that_is_not_closed_keeps_cards_apart() -> None:
    lines = '<ul><li class="h-card"><a href="/">Julie</a><li class="h-card"><a href="https://paul.example/">Paul</a></ul>'
    assert card(lines) == Card("Julie", (URL,))
    paragraphs = '<p class="h-card"><a href="/">Julie</a><p>Je lis <a href="https://paul.example/">Paul</a>'
    assert card(paragraphs) == Card("Julie", (URL,))
    anchors = '<a class="h-card" href="/">Julie<a href="https://paul.example/">Paul</a>'
    assert card(anchors) == Card("Julie", (URL,))
    stray = '<div class="h-card"><i>Julie</b></i></p><a class="u-url" href="/">·</a></div> et Paul'
    assert name(stray) == "Julie·"


# --- accounts and names in the head ---


@pytest.mark.parametrize(
    ("content", "creators"),
    [
        ("@Julie@Piaille.example", ("@julie@piaille.example",)),
        (" julie@piaille.example ", ("@julie@piaille.example",)),
        ("@julie@ici.localhost:8080", ("@julie@ici.localhost:8080",)),
        ("@julie", ()),
        ("Julie", ()),
        ("https://piaille.example/@julie", ()),
        ("@julie@piaille.example, @paul@ailleurs.example", ()),
        ("", ()),
    ],
)
def test_the_accounts_of_the_author(content: str, creators: tuple[str, ...]) -> None:
    assert read(f'<meta name="fediverse:creator" content="{content}">', URL).creators == creators
    assert read(f'<meta property="Fediverse:Creator" content="{content}">', URL).creators == creators


def test_a_page_may_have_several_authors_accounts_each_once() -> None:
    markup = "".join(f'<meta name="fediverse:creator" content="@{user}@ici.example">' for user in "abab")
    assert read(markup, URL).creators == ("@a@ici.example", "@b@ici.example")


@pytest.mark.parametrize(
    ("names", "author"),
    [
        (["Julie Martin"], "Julie Martin"),
        (["Julie &amp; Paul"], "Julie & Paul"),
        (["Julie", "Julie"], "Julie"),
        (["Julie", "Paul"], ""),
        (["https://julie.example/"], ""),
        (["julie@haies.example"], ""),
        ([" "], ""),
        ([], ""),
    ],
)
def test_the_name_in_the_head(names: list[str], author: str) -> None:
    markup = "".join(f'<meta name="Author" content="{one}">' for one in names)
    assert read(markup, URL).author == author


# --- what nobody wrote for a reader ---

PIECES = [
    *(
        "<div ",
        "<a ",
        "<li ",
        "<p ",
        "<img ",
        "</div>",
        "</a>",
        "</li>",
        "</p>",
        ">",
        "/>",
        '"',
        "<!--",
        "-->",
    ),
    *(
        'class="h-card" ',
        'class="vcard" ',
        'class="h-entry" ',
        'class="p-name u-url" ',
        'class="u-url u-uid" ',
    ),
    *('class="fn url email" ', 'href="/" ', 'href="http://[" ', 'alt="x" ', "Julie", "<script>", "</script>"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_no_page_is_too_odd_for_its_card_to_be_read(markup: str) -> None:
    found = card(f"<i class=h-card>{markup}")
    assert found is None or all(url.startswith("http") for url in found.urls)


@pytest.mark.parametrize(
    "unit",
    [
        '<div class="h-card">',
        '<div class="h-card"></div>',
        '<i class="h-card"><b class="p-name">',
        "<li><ul><div>",
        "<b><i></b>",
        "<p><span>",
        '<a class="u-url p-name">',
    ],
)
def test_what_is_built_to_be_slow_is_read_in_one_pass(unit: str) -> None:
    """Quadratic work on so many tags would take minutes, and the suite's own patience ends before."""
    markup = '<div class="h-card"><a class="u-url p-name" href="/">Julie</a></div>' + unit * 20_000
    assert read(markup, URL).canonical == ""


def test_a_name_ends_somewhere_and_many_words_are_none() -> None:
    words = "é" * 5_000
    assert len(name(f'<div class="h-card"><a class="p-name u-url" href="/">{words}</a></div>')) == 300
    assert card(f'<a class="h-card" href="/">{words}</a>') == Card("", (URL,))
