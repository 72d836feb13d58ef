"""Subscriptions in and out: each file in `data/opml` with what should be read in it, damages, and the way there and back."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feeds.address import canonical
from feeds.errors import NotOpml
from feeds.opml import Outline, Subscriptions, read, write
from feeds.opml.addresses import without_secrets

DATA = Path(__file__).parent / "data" / "opml"
FILES = sorted(path for path in DATA.iterdir() if ".expected" not in path.name)
EXPORTS = [path for path in FILES if path.suffix == ".opml"]
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
JULIE = '<outline text="Julie" xmlUrl="https://julie.example/feed"/>'
PAUL = '<outline text="Paul" xmlUrl="https://paul.example/rss"/>'


def opml(*outlines: str, head: str = "<title>Lectures</title>") -> str:
    body = "\n".join(outlines)
    return f'<?xml version="1.0"?>\n<opml version="2.0"><head>{head}</head><body>\n{body}\n</body></opml>'


def subscriptions(text: str | bytes) -> Subscriptions:
    return read(text.encode() if isinstance(text, str) else text, "lectures.opml")


def outlines(*written: str) -> tuple[Outline, ...]:
    return subscriptions(opml(*written)).outlines


def addresses(text: str | bytes) -> list[str]:
    return [outline.address for outline in subscriptions(text).outlines]


def told(value: Any) -> Any:
    """A value as JSON tells it, with what is empty left out."""
    if isinstance(value, (Outline, Subscriptions)):
        parts = {field.name: told(getattr(value, field.name)) for field in fields(value)}
        return {name: part for name, part in parts.items() if part or name == "outlines"}
    return [told(part) for part in value] if isinstance(value, tuple) else value


# --- the dialects ---


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_file_is_read_as_expected(path: Path) -> None:
    expected = json.loads((DATA / f"{path.stem}.expected.json").read_text(encoding="utf-8"))
    assert told(read(path.read_bytes(), path.name)) == expected


def test_the_files_of_the_folder_and_their_expectations_pair_off() -> None:
    assert {path.stem for path in FILES} == {
        path.name.partition(".")[0] for path in DATA.glob("*.expected.json")
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_file_comes_back_as_it_was_read(path: Path) -> None:
    found = read(path.read_bytes(), path.name)
    back = subscriptions(write(found.title, found.outlines, NOW))
    assert back == Subscriptions(found.title, found.outlines)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_name_and_no_password_is_said_again(path: Path) -> None:
    """Three of the files hold some."""
    assert "sesame" not in repr(read(path.read_bytes(), path.name))


@pytest.mark.parametrize("path", EXPORTS, ids=lambda path: path.name)
def test_where_a_file_is_well_formed_we_read_what_a_parser_of_xml_reads(path: Path) -> None:
    ours = {outline.address: outline for outline in read(path.read_bytes(), path.name).outlines}
    compared = 0
    for element in ET.parse(path).iter("outline"):
        if (outline := ours.get(element.get("xmlUrl", ""))) is None:
            continue
        for name, value in (
            *(("text", outline.text), ("title", outline.title)),
            *(("htmlUrl", outline.site), ("description", outline.description)),
        ):
            assert element.get(name, "") in {value, ""}
            compared += bool(element.get(name))
    assert compared > 3


@pytest.mark.parametrize("path", EXPORTS, ids=lambda path: path.name)
def test_wherever_a_file_is_cut_every_whole_outline_before_is_read(path: Path) -> None:
    raw = path.read_bytes()
    whole = addresses(raw)
    start = raw.index(b"<opml") + len(b"<opml ")
    for end in range(start, len(raw)):
        found = addresses(raw[:end])
        assert found == whole[: len(found)]
        complete = {
            canonical(address) for address in whole if f'xmlUrl="{_in_xml(address)}"'.encode() in raw[:end]
        }
        assert complete <= {canonical(address) for address in found}


def _in_xml(address: str) -> str:
    return address.replace("&", "&amp;")


# --- outlines ---


def test_folders_are_read_at_any_depth_and_nothing_nests_too_deep() -> None:
    levels = 10_000
    opened = "".join(f'<outline text="{n}"><outline xmlUrl="https://n{n}.example/"/>' for n in range(levels))
    found = outlines(opened + "</outline>" * levels, JULIE)
    assert len(found) == levels + 1
    assert found[50].folders == (tuple(str(n) for n in range(51)),)
    assert len(found[-2].folders[0]) == 100  # what is deeper stands in the hundredth folder
    assert found[-1].folders == ()


def test_every_folder_of_a_feed_counts_once_in_the_order_of_the_file() -> None:
    (julie,) = outlines(
        f'<outline text="Amis">{JULIE}<outline title="Jardin">{JULIE}{JULIE}</outline></outline>',
        JULIE,
        f'<outline text="Amis">{JULIE}</outline>',
    )
    assert julie.folders == (("Amis",), ("Amis", "Jardin"), ())


def test_a_feed_at_the_top_alone_stands_in_no_folder() -> None:
    assert [outline.folders for outline in outlines(JULIE, JULIE)] == [()]


def test_an_outline_may_be_a_feed_and_a_folder() -> None:
    found = outlines(f'<outline text="Julie" xmlUrl="https://julie.example/feed">{PAUL}</outline>')
    assert [(outline.text, outline.folders) for outline in found] == [("Julie", ()), ("Paul", (("Julie",),))]


def test_a_folder_without_a_name_is_no_folder() -> None:
    found = outlines(f'<outline><outline text=" " title=" Amis ">{JULIE}</outline></outline>')
    assert found[0].folders == (("Amis",),)


@pytest.mark.parametrize("kind", ['type="rss"', 'type="RSS"', 'type="folder"', 'type="link"', 'type=""', ""])
def test_the_type_says_nothing(kind: str) -> None:
    assert [
        outline.address for outline in outlines(f'<outline {kind} xmlUrl="https://julie.example/"/>')
    ] == ["https://julie.example/"]


def test_names_of_attributes_may_be_spelt_in_any_case() -> None:
    (julie,) = outlines(
        '<OUTLINE TEXT="Julie" Title="t" xmlurl="https://julie.example/" HTMLURL="https://site.example/"'
        ' Type="rss" isComment="no"/>'
    )
    assert julie == Outline(
        "https://julie.example/",
        "Julie",
        "t",
        "https://site.example/",
        more={"Type": "rss", "isComment": "no"},
    )


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ('text="Julie" title="Le blog"', "Julie"),
        ('text="" title="Le blog"', "Le blog"),
        ('text="  " TEXT="Julie"', "Julie"),
        ('title=" Le blog "', "Le blog"),
        ("", "https://julie.example/"),
        ('text=" "', "https://julie.example/"),
    ],
)
def test_where_a_text_is_missing_the_title_or_the_address_stands_in(said: str, text: str) -> None:
    (julie,) = found = outlines(f'<outline {said} xmlUrl=" https://julie.example/ "/>')
    assert (julie.address, julie.text) == ("https://julie.example/", text)
    assert subscriptions(write("", found, NOW)).outlines == found


def test_of_doubles_the_first_value_that_says_something_is_kept() -> None:
    found = outlines(
        '<outline xmlUrl="http://www.julie.example/feed/" text="" category="" version="RSS"/>',
        PAUL,
        '<outline xmlUrl="https://julie.example/feed?utm_source=x" text="Julie" language="fr" category="amis" version="2"/>',
        '<outline xmlUrl="https://julie.example/feed" text="Autre" description="Haies" language="en"/>',
    )
    assert [outline.text for outline in found] == ["Julie", "Paul"]
    assert found[0] == Outline(
        "http://www.julie.example/feed/",
        "Julie",
        description="Haies",
        language="fr",
        more={"type": "rss", "version": "RSS", "category": "amis"},
    )


def test_comments_and_what_is_quoted_are_no_outlines() -> None:
    text = opml(
        f"<!-- {PAUL} --><![CDATA[{PAUL}]]>{JULIE}<!-- {PAUL} --><!-- {PAUL}",
        head="<title>\n <![CDATA[Haies & <b>]]></title>",
    )
    found = subscriptions(text)
    assert found.title == "Haies & <b>"
    assert [outline.text for outline in found.outlines] == [
        "Julie",
        "Paul",
    ]  # what is never closed is no comment


def test_a_new_body_starts_at_the_top() -> None:
    text = opml(f'<outline text="Amis">{JULIE}') + opml(PAUL)
    assert [outline.folders for outline in subscriptions(text).outlines] == [(("Amis",),), ()]


# --- namespaces ---


@pytest.mark.parametrize(
    ("written", "declared"),
    [
        ('<outline {feed} frss:ttl="9"/>', "https://freshrss.org/opml"),
        ('<outline {feed} fz:ttl="9"/>', "urn:forumzilla:"),
        ('<outline {feed} who:ttl="9"/>', "urn:undeclared:who"),
        ('<outline {feed} xmlns:who="urn:a" who:ttl="9"/>', "urn:a"),
        ('<outline {feed} xmlns:who="" who:ttl="9"/>', "urn:undeclared:who"),
        ('<outline xmlns:who="urn:a"><outline {feed} who:ttl="9"/></outline>', "urn:a"),
        ('<outline xmlns:who="urn:a"/><outline {feed} who:ttl="9"/>', "urn:undeclared:who"),
    ],
)
def test_a_prefix_takes_its_declaration_along(written: str, declared: str) -> None:
    (julie,) = outlines(written.format(feed='xmlUrl="https://julie.example/"'))
    prefix = written.partition(":ttl")[0].rpartition(" ")[2]
    assert julie.more == {"type": "rss", f"{prefix}:ttl": "9", f"xmlns:{prefix}": declared}


def test_a_prefix_is_declared_once_or_where_it_means_something_else() -> None:
    def feed(n: int, **more: str) -> Outline:
        return Outline(f"https://n{n}.example/", more={name.replace("_", ":"): v for name, v in more.items()})

    listed = (
        feed(1, a_x="1", xmlns_a="urn:a", b_x="2", xmlns_b="urn:b"),
        feed(2, a_x="3", xmlns_a="urn:other", b_x="4", xmlns_b="urn:b"),
        feed(3, b_x="5", xmlns_b="urn:b", xml_lang="fr"),
    )
    written = write("", listed, NOW)
    assert written.count(b'xmlns:b="urn:b"') == 1
    assert subscriptions(written).outlines == listed
    found = [dict(outline.attrib) for outline in ET.fromstring(written).iter("outline")]
    assert [outline.get("{urn:a}x") for outline in found] == ["1", None, None]
    assert [outline.get("{urn:other}x") for outline in found] == [None, "3", None]
    assert [outline.get("{urn:b}x") for outline in found] == ["2", "4", "5"]


# --- what cannot be followed ---


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ('xmlUrl="mailto:julie@julie.example"', "mailto:julie@julie.example"),
        ('xmlUrl="" text="Julie" type="rss"', "Julie"),
        ('type="RSS" text=" Julie "', "Julie"),
        ('XMLURL=" " title="Julie"', "Julie"),
        ('type="atom" htmlUrl="https://julie.example/"', "https://julie.example/"),
        ('type="include" url="https://julie.example/liste.opml"', "https://julie.example/liste.opml"),
        ('xmlUrl="ftp://julie.example/feed"', "ftp://julie.example/feed"),
        ('xmlUrl="/home/julie/feed.xml"', "/home/julie/feed.xml"),
        ('xmlUrl="|toots --all"', "|toots --all"),
        ('xmlUrl="julie.example/feed"', "julie.example/feed"),
        ('xmlUrl="https://"', "https://"),
        ('xmlUrl="https://[julie"', "https://[julie"),
        ('xmlUrl="https://julie.example:port/"', "https://julie.example:port/"),
        ('xmlUrl="javascript:alert(1)"', "javascript:alert(1)"),
        ('xmlUrl="feed:julie"', "feed:julie"),
    ],
)
def test_what_cannot_be_followed_is_named(written: str, named: str) -> None:
    found = subscriptions(opml(f"<outline {written}/>", f"<outline {written}></outline>", PAUL))
    assert found.unread == (named,)
    assert [outline.text for outline in found.outlines] == ["Paul"]


@pytest.mark.parametrize(
    "written",
    [
        'text="Amis"',
        'text="Amis" type="folder"',
        'type="podcast-episode" url="https://voix.example/1"',
        'type="rss"',
    ],
)
def test_an_empty_folder_and_what_has_no_name_are_not_worth_a_word(written: str) -> None:
    assert subscriptions(opml(f"<outline {written}/>")) == Subscriptions("Lectures")


def test_a_folder_that_calls_itself_a_feed_is_a_folder() -> None:
    found = subscriptions(opml(f'<outline type="rss" xmlUrl="" text="Amis">{JULIE}</outline>'))
    assert found.unread == ()
    assert found.outlines[0].folders == (("Amis",),)


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("https://nour:sesame@prive.example/feed", "prive.example"),
        ("HTTPS://sesame@prive.example:8443/feed", "prive.example"),
        ("https://nour:sesame@[2001:db8::1]:80/feed", "[2001:db8::1]"),
        ("ftp://nour:sesame@prive.example/feed", "prive.example"),
        ("feed://nour:sesame@prive.example/feed", "prive.example"),
        ("feed:https://nour:sesame@prive.example/feed", "prive.example"),
        ("nour:sesame@prive.example/feed", "prive.example"),
        (r"http:\\nour:sesame@prive.example\feed", "prive.example"),
        ("https://nour:ses&#97;me@prive.example/feed", "prive.example"),
        (
            "https://miroir.example/?u=http://nour:sesame@prive.example/",
            "https://miroir.example/?u=http://prive.example/",
        ),
        ("http://nour:sesame%40prive.example/feed", "prive.example"),
        ("http:nour:sesame@prive.example/feed", "prive.example"),
        ("exec:curl https://nour:sesame@prive.example/", "exec:curl https://prive.example/"),
    ],
)
def test_an_address_is_named_without_its_name_and_password(address: str, named: str) -> None:
    found = subscriptions(opml(f'<outline text="{address}" xmlUrl="{address}"/>'))
    assert found == Subscriptions("Lectures", unread=(named,))


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("https:nour:sesame@prive.example", "https:prive.example"),
        ("nour:sesame@prive.example", "prive.example"),
        ("/Haies,nour:sesame@prive.example", "/Haies,prive.example"),
        ("http:/nour:sesame@prive.example/f", "http:/prive.example/f"),
        ("nour:sesame%40prive.example", "prive.example"),
        ("nour@prive.example", "nour@prive.example"),
        ("mailto:nour@prive.example", "mailto:nour@prive.example"),
        ("https://prive.example/@nour", "https://prive.example/@nour"),
        ("12:30 @nour", "12:30 @nour"),
        ("descendant::a[contains(@href, '/x')]", "descendant::a[contains(@href, '/x')]"),
    ],
)
def test_values_with_no_slashes_lose_their_password_too(value: str, kept: str) -> None:
    (julie,) = outlines(f'<outline xmlUrl="https://julie.example/" htmlUrl="{value}" category="{value}"/>')
    assert (julie.site, julie.more["category"]) == (kept, kept)


def test_neither_is_the_password_of_a_line() -> None:
    found = subscriptions(
        "https://paul.example/rss http://nour:sesame@x.example\nhttps://nour:sesame@prive.example/feed amis\n"
        "nour:sesame@prive.example"
    )
    assert subscriptions("https://a.example/ nour:sesame@x.example").outlines[0].folders == (("x.example",),)
    assert found.unread == ("prive.example",)
    assert found.outlines == (Outline("https://paul.example/rss", folders=(("http://x.example",),)),)


@pytest.mark.parametrize(
    "address",
    ["https://piaille.example/@julie.rss", "https://x.example/?to=a@b.example", "https://x.example/#a@b"],
)
def test_an_at_sign_is_no_password(address: str) -> None:
    assert [outline.address for outline in outlines(f'<outline xmlUrl="{address}"/>')] == [address]


def test_other_values_are_kept_without_names_and_passwords() -> None:
    (julie,) = outlines(
        '<outline xmlUrl="https://julie.example/" htmlUrl="https://nour:sesame@julie.example/a@b" text="Julie"'
        ' description="cf. ftp://sesame@x.example et http://y.example, a@b" proxy="http://nour:sesame@p.example"'
        ' password="sesame" Username="sesame" frss:CURLOPT_USERPWD="nour:sesame" path="//a[contains(@href, \'/x\')]"/>'
    )
    assert julie == Outline(
        "https://julie.example/",
        "Julie",
        site="https://julie.example/a@b",
        description="cf. ftp://x.example et http://y.example, a@b",
        more={"type": "rss", "proxy": "http://p.example", "path": "//a[contains(@href, '/x')]"},
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("feed://julie.example/rss", "http://julie.example/rss"),
        ("feed:https://julie.example/rss", "https://julie.example/rss"),
        ("FEED:http://julie.example/rss", "http://julie.example/rss"),
        ("feed://https://julie.example/rss", "https://julie.example/rss"),
        ("https://julie.example/feed:rss", "https://julie.example/feed:rss"),
        ("HTTPS://Julie.example/Feed", "HTTPS://Julie.example/Feed"),
        (" https://julie.example/?a=1&amp;b=2 ", "https://julie.example/?a=1&b=2"),
    ],
)
def test_the_scheme_feed_is_http(written: str, meant: str) -> None:
    assert [outline.address for outline in outlines(f'<outline xmlUrl="{written}"/>')] == [meant]


# --- letters ---

FRENCH = "Un été à l’orée du bois : cœur, « où »"


@pytest.mark.parametrize(
    ("in_bytes", "declared"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8", "iso-8859-1"),  # the bytes speak first
        ("utf-8", "utf-16"),  # what programs write that keep their strings so
        ("utf-8", None),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16", None),
        ("utf-16-be", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("windows-1252", "windows-1252"),
        ("windows-1252", "ISO-8859-1"),  # as browsers read that label
        ("windows-1252", "utf-8"),  # the most frequent lie
        ("windows-1252", None),
        ("windows-1252", "no-such-code"),
        ("windows-1252", "hex"),
        ("mac-roman", "macintosh"),
    ],
)
def test_letters_are_read_by_the_bytes_first(in_bytes: str, declared: str | None) -> None:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    text = (
        f'{declaration}<opml><body><outline text="{FRENCH}" xmlUrl="https://julie.example/"/></body></opml>'
    )
    assert [outline.text for outline in subscriptions(text.encode(in_bytes)).outlines] == [FRENCH]


def test_japanese_in_seven_bits_is_taken_at_its_word() -> None:
    text = '<?xml version="1.0" encoding="iso-2022-jp"?>' + opml(
        '<outline text="生垣" xmlUrl="https://a.example/"/>'
    )
    assert subscriptions(text.encode("iso-2022-jp")).outlines[0].text == "生垣"


def test_one_outline_in_other_letters_does_not_spoil_the_others() -> None:
    """Exports hold what feeds say of themselves, and old programs did not look."""
    raw = opml(
        '<outline text="Été" xmlUrl="https://a.example/"/>',
        '<outline text="L\x92\xe9t\xe9" xmlUrl="https://b.example/"/>',
    )
    mixed = raw.replace("Été", "@@").encode("latin-1").replace(b"@@", "Été".encode())
    assert [outline.text for outline in subscriptions(mixed).outlines] == ["Été", "L’été"]


def test_a_file_that_is_cut_within_a_letter_is_still_utf_8() -> None:
    raw = opml(f'<outline text="{FRENCH}" xmlUrl="https://julie.example/"/>', '<outline text="é').encode()
    cut = raw[: raw.rindex("é".encode()) + 1]
    assert [outline.text for outline in subscriptions(cut).outlines] == [FRENCH]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Haies & talus", "Haies & talus"),
        ("Haies &amp;amp; talus", "Haies &amp; talus"),
        ("Haies&nbsp;&eacute;pines&hellip;", "Haies\xa0épines…"),
        ("&lt;b&gt;&quot;&apos;", "<b>\"'"),
        ("&inconnu; &notit; &copy", "&inconnu; &notit; &copy"),
        ("L&#8217;&#xe9;t&#XE9;", "L’été"),
        ("L&#146;été", "L’été"),
        ("&#55356;&#57139; &#xD83C;&#xDF33; &#55356;", "🌳 🌳 �"),
        ("a&#0;&#1;&#12;&#xFFFE;b", "a�b"),
        ("a\x00\x0b\x1f\ufffeb", "ab"),
        ("Un\n\tdeux", "Un  deux"),
        ("Un&#10;&#9;deux&#13;", "Un\n\tdeux"),
        ("&#99999999;", "&#99999999;"),
        ("5 > 3", "5 > 3"),
    ],
)
def test_references_and_control_characters(written: str, meant: str) -> None:
    assert [
        outline.text for outline in outlines(f'<outline text="{written}" xmlUrl="https://a.example/"/>')
    ] == [meant]


def test_a_query_that_looks_like_a_reference_is_left_alone() -> None:
    (julie,) = outlines('<outline xmlUrl="https://julie.example/?a=1&copy=2&lang=fr&amp;sect=3"/>')
    assert julie.address == "https://julie.example/?a=1&copy=2&lang=fr&sect=3"


# --- damages ---


@pytest.mark.parametrize(
    ("damaged", "text"),
    [
        ('<outline text="Le "grand" soir" xmlUrl="https://a.example/"/>', 'Le "grand" soir'),
        ('<outline text="Le 5" disque" xmlUrl="https://a.example/" />', 'Le 5" disque'),
        ("<outline text='L'été' xmlUrl='https://a.example/'/>", "L'été"),
        ('<outline text="Je <3 les haies" xmlUrl="https://a.example/"/>', "Je <3 les haies"),
        ('<outline text="A" xmlUrl="https://a.example/ />', "A"),
        ('<outline text="A" xmlUrl="https://a.example/', "A"),
        ('<outline text="A xmlUrl="https://a.example/"/>', "A"),
        ('<outline text="A"xmlUrl="https://a.example/"/>', "A"),
        ('<outline text="A" xmlUrl="https://a.example/" <', "A"),
        ('<outline text="A" xmlUrl="https://a.example/"', "A"),
        ('<outline text="A" xmlUrl="https://a.example/"></outline></outline></outline>', "A"),
        ('<outline text="A" text="B" xmlUrl="https://a.example/"/>', "A"),
        ('<outline text="" title="A" nowrap xmlUrl="https://a.example/"/>', "A"),
        ('<outline text="A" nowrap xmlUrl="https://a.example/"/>', "A"),
        ('<o:outline text="A" xmlUrl="https://a.example/"/>', "A"),
        ("<outline\n\ttext = \"A\"\r\n\txmlUrl\n='https://a.example/'\n/>", "A"),
    ],
)
def test_a_damaged_outline_is_read_and_so_are_those_after_it(damaged: str, text: str) -> None:
    found = outlines(damaged, PAUL)
    assert sorted(outline.text for outline in found) == sorted([text, "Paul"])
    assert [outline.address for outline in found if outline.text == text] == ["https://a.example/"]
    assert all(outline.folders == () for outline in found)


@pytest.mark.parametrize(
    ("folder", "path"),
    [
        ('<outline text="Amis"', ("Amis",)),
        ('<outline text="Amis', ("Amis",)),
        ('<outline text="Les "grands" amis">', ('Les "grands" amis',)),
        ('<outline text="Les "grands" amis"/>', ()),
    ],
)
def test_a_damaged_folder_is_a_folder(folder: str, path: tuple[str, ...]) -> None:
    found = outlines(f"{folder}\n{JULIE}{'</outline>' if path else ''}", PAUL)
    assert [outline.folders for outline in found] == [(path,) if path else (), ()]


def test_a_file_may_be_written_in_capitals() -> None:
    found = subscriptions(
        '<OPML><HEAD><TITLE>Lectures</TITLE></HEAD><BODY><OUTLINE TEXT="Amis">'
        '<OUTLINE TEXT="Les "grands" soirs" XMLURL="https://a.example/" <OUTLINE XMLURL="https://b.example/"></OUTLINE>'
        '</OUTLINE><OUTLINE XMLURL="https://c.example/"/></BODY></OPML>'
    )
    assert found.title == "Lectures"
    assert [outline.folders for outline in found.outlines] == [(("Amis",),), (("Amis",),), ()]


@pytest.mark.parametrize("aside", ["<!--", "<![CDATA[", "<!DOCTYPE opml ["])
def test_what_is_never_closed_hides_nothing(aside: str) -> None:
    assert addresses(f"<opml><title>{aside} -- ]</title>{JULIE}</opml>") == ["https://julie.example/feed"]


def test_utf_16_may_be_cut_within_a_letter() -> None:
    assert addresses(opml(JULIE).encode("utf-16")[:-1]) == ["https://julie.example/feed"]


@pytest.mark.parametrize(
    "text",
    [
        f"\n\n  {opml(JULIE)}",
        f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n{opml(JULIE)}",
        opml(JULIE).replace("?>", ">"),
        f"<opml>{JULIE}</opml>",
        f"<OPML><BODY>{JULIE}</BODY></OPML>",
        JULIE,
        opml(JULIE).replace("<body>", "<body bgcolor=#fff>"),
        f'<!DOCTYPE opml SYSTEM "opml.dtd">{opml(JULIE)}',
        opml(JULIE).replace("\n", "\r"),
    ],
)
def test_what_stands_around_the_outlines_matters_little(text: str) -> None:
    assert addresses(text) == ["https://julie.example/feed"]


BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "subset",
    [
        f'<!ENTITY l0 "lol">{BOMB}',
        '<!ENTITY l9 SYSTEM "file:///etc/passwd">',
        '<!ENTITY % d SYSTEM "https://mal.example/x.dtd"> %d;',
        f"<!ENTITY l9 '{PAUL}'>",
    ],
)
def test_entities_are_never_expanded(subset: str) -> None:
    text = f"<!DOCTYPE opml [{subset}]>{opml(PAUL.replace('Paul', '&l9;'), '&l9;')}"
    assert [(outline.text, outline.address) for outline in subscriptions(text).outlines] == [
        ("&l9;", "https://paul.example/rss")
    ]


# --- lists ---


@pytest.mark.parametrize(
    ("text", "found", "unread"),
    [
        ("https://a.example/feed\r\nhttp://b.example/", ["https://a.example/feed", "http://b.example/"], ()),
        (
            "\ufeff# à lire\n\n  https://a.example/feed  # oui\n#https://b.example/",
            ["https://a.example/feed"],
            (),
        ),
        ("https://a.example/#fil", ["https://a.example/#fil"], ()),
        ("https://a.example/\nhttp://www.a.example", ["https://a.example/"], ()),
        (
            "feed:https://a.example/\n@julie@piaille.example",
            ["https://a.example/"],
            ("@julie@piaille.example",),
        ),
        (
            "  Mes lectures de l’été \n=====\nhttps://a.example/",
            ["https://a.example/"],
            ("Mes lectures de l’été",),
        ),
    ],
)
def test_a_plain_list_will_do(text: str, found: list[str], unread: tuple[str, ...]) -> None:
    assert addresses(text) == found
    assert subscriptions(text).unread == unread


def test_tags_are_folders_and_one_of_them_a_name() -> None:
    text = 'https://a.example/ "~Haies \\"vives\\"" amis "le jardin" !\nhttps://a.example/ "bocage'
    assert subscriptions(text).outlines == (
        Outline("https://a.example/", 'Haies "vives"', folders=(("amis",), ("le jardin",), ("bocage",))),
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "windows-1252"])
def test_a_list_may_be_in_any_letters(encoding: str) -> None:
    raw = 'https://a.example/ "été"'.encode(encoding)
    assert [outline.folders for outline in subscriptions(raw).outlines] == [(("été",),)]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "it is empty"),
        (b"\xef\xbb\xbf \n", "it is empty"),
        (b"<!DOCTYPE html><title>Julie</title>", "it is a web page"),
        (b"<?xml version='1.0'?><rss><channel/></rss>", "it is itself a feed"),
        (b"<rdf:RDF xmlns='http://purl.org/rss/1.0/'/>", "it is itself a feed"),
        (b"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'/>", "it is itself a feed"),
        (
            b"<rss><title><![CDATA[<opml><outline xmlUrl='https://a.example/'/>]]></title></rss>",
            "it is itself a feed",
        ),
        (b"<svg/>", "it is neither OPML nor a list of addresses"),
        (b"Cher journal,\nrien.", "it is neither OPML nor a list of addresses"),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', "it is neither OPML nor a list of addresses"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "it is neither OPML nor a list of addresses"),
        (b'"query:Non lus:unread = \\"yes\\""', "it is neither OPML nor a list of addresses"),
    ],
)
def test_what_lists_no_feeds_is_said(raw: bytes, reason: str) -> None:
    with pytest.raises(NotOpml) as caught:
        read(raw, "lectures.opml")
    assert caught.value.values == {"path": "lectures.opml", "reason": reason}
    assert str(caught.value).startswith("lectures.opml lists no feeds (it is ")


# --- and back ---


def test_what_is_written() -> None:
    paris = timezone(timedelta(hours=1))
    julie = Outline("https://julie.example/?a=1&b=2", 'Haies "vives"', folders=(("Amis", "Bocage"), ()))
    paul = Outline(
        "https://paul.example/rss",
        title="<Paul>",
        site="https://paul.example/",
        description="Un\nDeux\tTrois\rQuatre\x00",
        language="fr",
        folders=(("Amis",),),
        more={"type": "atom", "frss:ttl": "9", "not a name": "x", "XMLURL": "x"},
    )
    assert (
        write("Haies & talus", [julie, paul], NOW.astimezone(paris)).decode()
        == """\
<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0" xmlns:frss="https://freshrss.org/opml">
  <head>
    <title>Haies &amp; talus</title>
    <dateCreated>Mon, 23 Nov 2026 12:00:00 GMT</dateCreated>
  </head>
  <body>
    <outline text="Amis">
      <outline text="Bocage">
        <outline text="Haies &quot;vives&quot;" xmlUrl="https://julie.example/?a=1&amp;b=2" type="rss"/>
      </outline>
      <outline text="&lt;Paul&gt;" title="&lt;Paul&gt;" xmlUrl="https://paul.example/rss" htmlUrl="https://paul.example/"\
 description="Un&#10;Deux&#9;Trois&#13;Quatre" language="fr" type="atom" frss:ttl="9"/>
    </outline>
    <outline text="Haies &quot;vives&quot;" xmlUrl="https://julie.example/?a=1&amp;b=2" type="rss"/>
  </body>
</opml>
"""
    )


def test_nothing_is_a_list_too() -> None:
    assert subscriptions(write("Vide", [], NOW)) == Subscriptions("Vide")


def test_a_folder_is_opened_once_where_the_order_allows_it() -> None:
    a, b = ("A",), ("B",)
    listed = (
        Outline("https://1.example/", folders=(a, b)),
        Outline("https://2.example/", folders=(a,)),
        Outline("https://3.example/", folders=(b,)),
        Outline("https://4.example/", folders=(b, a, ())),
    )
    written = write("", listed, NOW)
    assert subscriptions(written).outlines == listed
    assert (written.count(b'<outline text="A">'), written.count(b'<outline text="B">')) == (2, 1)


def test_an_outline_has_one_form() -> None:
    assert Outline(" https://a.example/ ", " ", "\n", folders=(("  ",), ())) == Outline(
        "https://a.example/", text="https://a.example/", more={"type": "rss"}
    )
    assert Outline("https://a.example/", more={"Type": "atom"}).more == {"Type": "atom"}
    assert Outline("https://a.example/", folders=((" A", ""), ("A",), ())).folders == (("A",), ())


# What XML can carry: no control characters, no halves of letters. What looks like an address may hold a password.
LETTERS = st.characters(
    exclude_categories=["Cs"],
    exclude_characters=[chr(n) for n in (*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF)],
)
TEXTS = st.text(LETTERS, max_size=12).filter(lambda text: without_secrets(text) == text and "://" not in text)
FOLDERS = st.lists(
    st.lists(st.sampled_from(["Amis", "Été & <co>", '"', "a\nb"]), max_size=3).map(tuple), max_size=6
).map(tuple)
LOCAL = st.sampled_from(["type", "Type", "version", "category", "isComment", "créé.le", "a-b"])
MORE = st.dictionaries(LOCAL, TEXTS, max_size=3)
PREFIXED = st.dictionaries(
    st.sampled_from(["frss", "fz", "who"]), st.tuples(LOCAL, TEXTS, st.booleans()), max_size=2
)


@st.composite
def made_up_outlines(draw: st.DrawFn) -> Outline:
    more = draw(MORE)
    for prefix, (name, value, elsewhere) in draw(PREFIXED).items():
        more |= {f"{prefix}:{name}": value, f"xmlns:{prefix}": f"urn:{prefix}{':b' if elsewhere else ''}"}
    scheme, host = (
        draw(st.sampled_from(["http", "https"])),
        draw(st.sampled_from(["a", "b", "c", "été", "[::1]"])),
    )
    address = f"{scheme}://{host}/{draw(TEXTS)}"
    said: dict[str, Any] = {
        name: draw(TEXTS) for name in ("text", "title", "site", "description", "language")
    }
    return replace(Outline(address, folders=draw(FOLDERS), more=more), **said)


LISTS = st.lists(made_up_outlines(), max_size=6, unique_by=lambda outline: canonical(outline.address)).map(
    tuple
)


@given(TEXTS, LISTS)
def test_what_is_written_is_read_again_exactly(title: str, listed: tuple[Outline, ...]) -> None:
    assert subscriptions(write(title, listed, NOW)) == Subscriptions(title.strip(), listed)


@given(LISTS)
def test_what_is_written_is_read_by_others_as_by_us(listed: tuple[Outline, ...]) -> None:
    written = write("Lectures", listed, NOW)
    assert written == write("Lectures", listed, NOW)
    by_others: dict[str, ET.Element] = {}
    for element in ET.fromstring(written).iter("outline"):
        if "xmlUrl" in element.attrib:
            by_others.setdefault(element.attrib["xmlUrl"], element)
    assert list(by_others) == [outline.address for outline in listed]
    for outline in listed:
        said = by_others[outline.address].attrib
        assert (said["text"], said.get("description", "")) == (outline.text, outline.description)
        for name, value in outline.more.items():
            prefix, _, local = name.rpartition(":")
            if prefix != "xmlns":
                full = f"{{{outline.more[f'xmlns:{prefix}']}}}{local}" if prefix else local
                assert said[full] == value


PIECES = [
    *("<opml>", "<body>", "<outline ", "<outline>", "</outline>", "/>", ">", "<!--", "-->", "<![CDATA[", "]]>"),
    *("<!DOCTYPE [", "]>", "<title>"),
    *("text=", "xmlUrl=", "XMLURL =", "type='rss'", "a:b=", "xmlns:a=", '"', "'", "&", "&#55356;", "&nbsp;", "&#12;", "\n", "\r"),
    *('"https://a.example/"', "'feed://b.example'", '"http://u:sesame@c.example/"', "https://", "://", "@", "~", "#"),
]  # fmt: skip
ROUGH = st.lists(st.one_of(st.text(max_size=4), st.sampled_from(PIECES)), max_size=30).map("".join)


@given(st.one_of(ROUGH.map(str.encode), st.binary(max_size=60)), st.booleans())
@example(
    b'<?xml encoding="unicode_escape"?>\xff<outline text="\\ud800" xmlUrl="https://a.example/\\ud83c"/>',
    False,
)
@example(b'<?xml encoding="punycode"?>\xff<outline xmlUrl="https://a.example/"/>', False)
def test_whatever_comes_is_read_or_refused_and_comes_back(raw: bytes, is_opml: bool) -> None:
    try:
        found = read(b"<opml><body><outline " + raw if is_opml else raw, "x")
    except NotOpml:
        return
    assert "sesame@" not in repr([(o.address, o.text, o.site, o.more, o.folders) for o in found.outlines])
    assert "sesame" not in "".join(outline.address for outline in found.outlines)
    assert subscriptions(write(found.title, found.outlines, NOW)) == Subscriptions(
        found.title, found.outlines
    )
