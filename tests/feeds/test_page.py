"""What a web page says of itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.page import FeedLink, Page, looks_like_page, read

URL = "https://julie.example/blog/"


def test_a_page_with_everything() -> None:
    markup = """<!doctype html><html lang="fr-FR"><head><title>Haies &amp; <b>talus</b></title>
      <link rel="canonical" href="/blog"><link rel="me" href="https://piaille.example/@julie">
      <link rel="alternate" type="application/rss+xml" href="feed.xml" title="Billets &amp; notes">
      <link rel="stylesheet" href="style.css"></head><body><title>pas celui-ci</title>
      <a rel="me nofollow" href="https://bsky.app/profile/julie.example">Bluesky</a>
      <a rel="ME" href="https://piaille.example/@julie">encore</a><a href="https://x.example/">autre</a></body>"""
    assert read(markup, URL) == Page(
        title="Haies & talus",
        canonical="https://julie.example/blog",
        language="fr",
        feeds=(FeedLink("https://julie.example/blog/feed.xml", "Billets & notes"),),
        me=("https://piaille.example/@julie", "https://bsky.app/profile/julie.example"),
    )


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ('rel="alternate" type="application/rss+xml" href="a"', "https://julie.example/blog/a"),
        ('rel="alternate" type="application/atom+xml" href="/a"', "https://julie.example/a"),
        (
            'rel="alternate" type="application/feed+json; charset=utf-8" href="a"',
            "https://julie.example/blog/a",
        ),
        ('rel="Alternate Home" type="APPLICATION/RSS+XML" href=" a "', "https://julie.example/blog/a"),
        ('rel="alternate" type="application/json" href="feed.json"', "https://julie.example/blog/feed.json"),
        ('rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2"', ""),
        ('rel="alternate" type="text/html" hreflang="en" href="/en"', ""),
        ('rel="alternate" href="/a"', ""),
        ('rel="stylesheet" type="application/rss+xml" href="/a"', ""),
        ('rel="alternate" type="application/rss+xml"', ""),
        ('rel="alternate" type="application/rss+xml" href="javascript:x"', ""),
        ('rel type="application/rss+xml" href="a"', ""),
        ("rel=alternate type=application/rss+xml href=a", "https://julie.example/blog/a"),
        ("REL='alternate' TYPE='application/rss+xml' HREF='a'", "https://julie.example/blog/a"),
        (
            'rel="alternate" type="application/rss+xml" href="?a=1&amp;b=2"',
            "https://julie.example/blog/?a=1&b=2",
        ),
        ('rel="alternate" type="application/rss+xml" href="a&#46;xml"', "https://julie.example/blog/a.xml"),
        ('rel="alternate" type="application/rss+xml" href="feed://x.example/a"', "https://x.example/a"),
        ('rel="alternate" type="application/rss+xml" href="feed:http://x.example/a"', "http://x.example/a"),
        ('rel="alternate" type="application/rss+xml" href="a" href="b"', "https://julie.example/blog/a"),
        ('rel="alternate" type="text/rss" href="a"', "https://julie.example/blog/a"),
        ('rel="alternate" type="application/atomsvc+xml" href="a"', ""),
        ('rel="feed" href="a"', "https://julie.example/blog/a"),
        ('rel="alternate feed" href="a"', "https://julie.example/blog/a"),
        ('rel="feed" type="text/html" href="a"', ""),
        ('title="no rel" type="application/rss+xml" href="a"', ""),
    ],
)
def test_which_links_are_feeds(link: str, found: str) -> None:
    assert [feed.url for feed in read(f"<link {link}>", URL).feeds] == ([found] if found else [])


def test_comments_come_last_and_doubles_once() -> None:
    links = [("comments/feed", ""), ("all", "Commentaires pour Haies"), ("feed", "Haies"), ("feed", "Haies")]
    markup = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{href}" title="{title}">'
        for href, title in links
    )
    assert [feed.url.rpartition("blog/")[2] for feed in read(markup, URL).feeds] == [
        "feed",
        "comments/feed",
        "all",
    ]


def test_a_base_moves_what_follows() -> None:
    markup = '<base href="/la/"><link rel="canonical" href="ici"><base href="http://[">'
    assert read(markup, URL).canonical == "https://julie.example/la/ici"


def test_what_is_in_a_comment_or_a_script_is_not_announced() -> None:
    hidden = '<link rel="alternate" type="application/rss+xml" href="a">'
    assert read(f"<!-- {hidden} --><script>'{hidden}'</script><style>{hidden}</style>", URL).feeds == ()


# --- which first ---


def announced(*links: tuple[str, str], url: str = URL) -> list[str]:
    """The paths of these announced feeds, in the order in which a page that came from `url` has them."""
    markup = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{href}" title="{title}">'
        for href, title in links
    )
    return [feed.url.removeprefix("https://julie.example") for feed in read(markup, url).feeds]


@pytest.mark.parametrize(
    "last",
    [
        ("/a", "Comments on: Haies"),
        ("/a", "Commentaires sur : Haies"),
        ("/a", "Haies » Flux des commentaires"),
        ("/a", "Haies » Comments Feed"),
        ("/a", "Julie, with replies"),
        ("/comments/feed/", ""),
        ("/haies/comments.xml", ""),
        ("/?feed=comments-rss2", ""),
        ("/feeds/12/comments/default", ""),
        ("/replies.xml", ""),
        ("/comment-feed", ""),
        ("/podcast.xml", ""),
        ("/a", "Le podcast de Julie"),
        ("/category/nature/feed/", ""),
        ("/tag/haies/feed/", ""),
        ("/author/julie/feed/", ""),
        ("/feeds/posts/default/-/haies", ""),
        ("/?feed=rss2&amp;cat=3", ""),
        ("/spip.php?page=backend&amp;id_rubrique=3", ""),
    ],
)
def test_what_stands_behind_the_posts(last: tuple[str, str]) -> None:
    path = last[0].replace("&amp;", "&")
    assert announced(last, ("/long/way/to/all/posts", "Haies & talus")) == ["/long/way/to/all/posts", path]


def test_posts_then_podcasts_by_what_they_are_then_comments() -> None:
    assert announced(
        ("/comments/feed", ""),
        ("/category/nature/oiseaux/feed", ""),
        ("/category/nature/feed", ""),
        ("/podcast", ""),
        ("/atom", ""),
        ("/rss", ""),
        ("/rss", "encore"),
    ) == [
        *("/atom", "/rss", "/category/nature/feed", "/category/nature/oiseaux/feed"),
        *("/podcast", "/comments/feed"),
    ]


@pytest.mark.parametrize("title", ["Comment tailler une haie", "Comment faire ?", "Répondre aux oiseaux"])
def test_a_title_that_asks_how_is_about_no_comments(title: str) -> None:
    assert announced(("/comment-tailler/feed", title), ("/b", "")) == ["/comment-tailler/feed", "/b"]


def test_on_an_authors_own_page_the_authors_feed_is_first() -> None:
    links = (("/feed/", "Tout"), ("/author/paul/feed/", "Paul"), ("/author/julie/feed/", "Julie"))
    assert announced(*links, url="https://julie.example/author/julie/")[0] == "/author/julie/feed/"
    assert announced(*links, url="https://julie.example/author/julie")[0] == "/author/julie/feed/"
    assert announced(*links, url="https://julie.example/")[0] == "/feed/"


# --- links in the text ---


@pytest.mark.parametrize(
    ("anchor", "path"),
    [
        ('<a href="/abonnement">Flux RSS</a>', "/abonnement"),
        ('<a href="/abonnement"><b>Atom</b></a>', "/abonnement"),
        ('<a href="/abonnement">S’abonner au flux</a>', "/abonnement"),
        ('<a href="/abonnement"><img src="i.png" alt="RSS"></a>', "/abonnement"),
        ('<a href="/abonnement" title="RSS feed"><i class="icon"></i></a>', "/abonnement"),
        ('<a href="/abonnement" aria-label="Web feed"></a>', "/abonnement"),
        ('<a href="/abonnement"><svg><title>RSS</title></svg></a>', "/abonnement"),
        ('<a href="/feed.xml">Suivre</a>', "/feed.xml"),
        ('<a href="/rss">Suivre</a>', "/rss"),
        ('<a href="/feed/atom/">Suivre</a>', "/feed/atom/"),
        ('<a href="/haies.rss">Suivre</a>', "/haies.rss"),
        ('<a href="/spip.php?page=backend">Suivre</a>', "/spip.php?page=backend"),
        ('<a href="/blog?format=rss">Suivre</a>', "/blog?format=rss"),
        ('<a href="/x" rel="alternate" type="application/rss+xml">Suivre</a>', "/x"),
        ('<a href="feed:https://julie.example/x">RSS', "/x"),
        ('<a href="/a">Haies<a href="/b">RSS</a></a>', "/b"),
        ('<a href="/haies">Haies et talus</a>', ""),
        ('<a href="/feedback">Votre avis</a>', ""),
        ('<a href="/index.php">Accueil</a>', ""),
        ('<a href="/haies">Un très long lien qui raconte ce qu’est un flux RSS et à quoi il sert</a>', ""),
        ('<a href="#rss">RSS</a>', ""),
        ("<a>RSS</a>", ""),
    ],
)
def test_which_links_in_the_text_lead_to_feeds(anchor: str, path: str) -> None:
    found = read(anchor, URL)
    assert [link.url for link in found.anchors] == ([f"https://julie.example{path}"] if path else [])
    assert found.feeds == ()


@pytest.mark.parametrize(
    ("target", "leads"),
    [
        ("https://www.julie.example/feed", True),
        ("https://notes.julie.example/feed", True),
        ("https://feeds.feedburner.com/julie", True),
        ("https://rss.beehiiv.com/feeds/12ab.xml", True),
        ("https://paul.example/feed", False),
        ("https://notjulie.example/feed", False),
        ("https://reader.example/add?url=https://julie.example/feed", False),
        ("https://notfeedburner.com/julie", False),
    ],
)
def test_links_to_feeds_of_friends_are_not_followed(target: str, leads: bool) -> None:
    assert bool(read(f'<a href="{target}">RSS</a>', URL).anchors) is leads


def test_of_a_page_from_nowhere_no_link_is_at_home() -> None:
    markup = '<a href="https://julie.example/feed">RSS</a><a href="http://[/feed">RSS</a>'
    assert read(markup, "").anchors == ()


def test_links_in_the_text_that_are_written_as_feeds_come_first_and_comments_last() -> None:
    markup = (
        '<a href="/comments.xml">RSS</a><a href="/a-propos">RSS ?</a><a href="/feed.xml">RSS</a>'
        '<a href="/feed.xml">encore</a>'
    )
    assert read(markup, URL).anchors == (
        FeedLink("https://julie.example/feed.xml", "RSS"),
        FeedLink("https://julie.example/a-propos", "RSS ?"),
        FeedLink("https://julie.example/comments.xml", "RSS"),
    )


# --- channels ---

CHANNEL = "UCabcdefghijklmnopqrst-_"


@pytest.mark.parametrize(
    ("markup", "known"),
    [
        (f'<meta itemprop="channelId" content="{CHANNEL}">', True),
        (f'<meta itemprop="identifier" content="{CHANNEL}">', True),
        (f'<link itemprop="url" href="https://videos.example/channel/{CHANNEL}">', True),
        (f'<link itemprop=url href="/channel/{CHANNEL}">', True),
        ('<meta itemprop="channelId" content="UCshort">', False),
        ('<meta itemprop="channelId" content="../../etc">', False),
        (f'<meta itemprop="name" content="{CHANNEL}">', False),
        ('<link itemprop="url" href="/@julie">', False),
        ("<meta itemprop>", False),
    ],
)
def test_the_channel_of_a_page(markup: str, known: bool) -> None:
    found = read(markup, "https://videos.example/@julie")
    assert found.channel == (f"https://videos.example/channel/{CHANNEL}" if known else "")


# --- the Link header ---


@pytest.mark.parametrize(
    ("header", "feeds"),
    [
        ('</a>; rel="alternate"; type="application/rss+xml"', [("/a", "")]),
        ("<a>;rel=alternate;type=application/atom+xml", [("/blog/a", "")]),
        (
            '</style.css>; rel=preload, </a>; rel="alternate home"; type="application/rss+xml"; title="A, \\"b\\""',
            [("/a", 'A, "b"')],
        ),
        (
            '</a>; REL=alternate; Type="application/rss+xml", </b>; rel=feed',
            [("/a", ""), ("/b", "")],
        ),
        ('</a> ; rel = "alternate" ; type = "application/rss+xml"', [("/a", "")]),
        ('</a>; rel=alternate; type="application/rss+xml"; title="Été"', [("/a", "Été")]),
        ('</a>; rel=alternate; type="application/rss+xml"; rel=next', [("/a", "")]),
        ('< broken, </a>; rel=alternate; type="application/rss+xml"', [("/a", "")]),
        ('</b>; rel=alternate; type="application/rss+xml"; anchor="/elsewhere"', []),
        ('</wp-json/>; rel="https://api.w.org/", </?p=3>; rel=shortlink', []),
        ('</a>; rel=alternate; type="text/html"', []),
        ('<javascript:x>; rel=alternate; type="application/rss+xml"', []),
        ('</a>; rel="alternate', []),
        ("</a>", []),
        ("", []),
    ],
)
def test_a_link_header(header: str, feeds: list[tuple[str, str]]) -> None:
    as_sent = header.encode().decode("latin-1")  # so headers come to us
    assert read("", URL, as_sent).feeds == tuple(
        FeedLink(f"https://julie.example{path}", title) for path, title in feeds
    )


def test_a_title_in_other_letters_is_kept_as_it_came() -> None:
    header = '</a>; rel=feed; title="Été"'  # as one byte each
    assert read("", URL, header).feeds == (FeedLink("https://julie.example/a", "Été"),)


def test_the_markup_is_heard_before_the_header_and_comments_last_from_both() -> None:
    markup = '<link rel="alternate" type="application/rss+xml" href="/a">'
    header = '</comments>; rel=feed, </b>; rel=feed, </a>; rel=feed; title="encore"'
    assert [feed.url.rpartition("/")[2] for feed in read(markup, URL, header).feeds] == ["a", "b", "comments"]


@pytest.mark.parametrize(
    ("start", "is_page"),
    [
        (b"<!DOCTYPE html>", True),
        (b"\n<HTML lang=fr>", True),
        (b"<head>", True),
        (b"<body>", True),
        (b"<?xml version='1.0'?><rss>", False),
        (b"Bonjour", False),
        (b"", False),
        (b"x" * 5000 + b"<html>", False),
    ],
)
def test_looks_like_page(start: bytes, is_page: bool) -> None:
    assert looks_like_page(start) is is_page


PIECES = [
    *("<link ", "<a ", "<base ", "<title>", "</title>", "<!", "<![", "<![CDATA[", "]]>", "<!--", "<?", ">"),
    *("rel=me ", "rel=feed ", "href=", "http://[", "&#x110000;", '"', "'", "rss", "itemprop=url "),
]
TAGS = st.lists(st.one_of(st.text(max_size=6), st.sampled_from(PIECES)), max_size=14).map("".join)


HEADERS = st.lists(
    st.sampled_from([*'<>;,="\\ ', "rel", "feed", "alternate", "type", "title", "/a", "http://[", "é"])
).map("".join)


@given(
    st.one_of(TAGS, st.binary(max_size=40)), st.sampled_from([URL, "", "http://[", "about:blank"]), HEADERS
)
def test_no_page_is_too_odd_to_read(markup: str | bytes, url: str, header: str) -> None:
    found = read(markup, url, header)
    assert "\n" not in found.title
    links = (*found.feeds, *found.anchors)
    assert all(address.startswith("http") for address in (*found.me, *(link.url for link in links)))


def test_beyond_the_first_megabyte_nothing_is_read() -> None:
    markup = '<link rel="feed" href="early">' + " " * 1024 * 1024 + '<link rel="feed" href="late">'
    assert [feed.url for feed in read(markup, URL).feeds] == ["https://julie.example/blog/early"]


def test_of_many_bases_the_first_counts_and_costs_no_more_than_one() -> None:
    markup = '<base target="_blank"><base href="/la/">' + '<base href="x/">' * 60_000
    assert read(markup + '<link rel="canonical" href="ici">', URL).canonical == "https://julie.example/la/ici"


def test_titles_of_links_end_somewhere() -> None:
    link = f'<link rel="feed" href="a" title="{"é" * 5_000}">'
    header = f'</b>; rel=feed; title="{"e" * 5_000}"'
    found = read(f"<title>{'é' * 5_000}</title>{link}", URL, header)
    assert [len(feed.title) for feed in found.feeds] == [300, 300]
    assert len(found.title) == 300


def test_no_page_gives_a_name_or_a_password_away() -> None:
    secret = "//bob:s3cr3t@julie.example"
    markup = (
        f'<base href="{secret}/la/"><link rel="canonical" href="ici"><link rel="me" href="{secret}/moi">'
        f'<link rel="feed" href="feed:https:{secret}/a"><a href="{secret}/rss">RSS</a>'
    )
    found = read(markup, URL, f"<{secret}/b>; rel=feed")
    assert "s3cr3t" not in repr(found)
    assert found.canonical == "https://julie.example/la/ici"
    assert [feed.url for feed in found.feeds] == ["https://julie.example/a", "https://julie.example/b"]
