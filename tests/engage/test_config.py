from __future__ import annotations

import dataclasses
import pickle
import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.config import Check, Config, Me, load, parse, schema
from engage.errors import BadValue, BrokenConfig, ConfigError, MisspeltKey, UnknownKey, UnreadableConfig
from engage.toml import Broken, Key, key_lines, read

if TYPE_CHECKING:
    from collections.abc import Iterable

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
SETTING = re.compile(r"^# (?=\w+ = )", re.MULTILINE)


def refusal(text: str) -> ConfigError:
    with pytest.raises(ConfigError) as error:
        parse(text, "config.toml")
    return error.value


def keys(said: dict[str, Any], tables: set[str], at: str = "") -> set[str]:
    """The dotted names of all keys, going into what the schema calls tables."""
    found = set()
    for name, value in said.items():
        found.add(at + name)
        if at + name in tables:
            found |= keys(value, tables, f"{at}{name}.")
    return found


# The defaults, and the example file that documents them


def test_defaults(tmp_path: Path) -> None:
    config = load(tmp_path / "config.toml")
    assert config == Config() == parse("", "config.toml")
    assert config.me == Me("", "", "", "")
    assert (config.day.highlights, config.day.window_days, config.day.drifting) == (5, 7, 3)
    assert config.rhythm.circle_1 == timedelta(days=42)
    assert config.rhythm.circle_2 == timedelta(days=91)
    assert config.rhythm.circle_3 is None
    assert dataclasses.astuple(config.fetch) == ("", 128, 4, 250, 30, 15)
    assert (config.language, config.mastodon.servers, config.web.port) == ("", {}, 0)
    assert config.bluesky.public_api == "https://public.api.bsky.app"


def test_the_example_as_shipped_says_nothing_new() -> None:
    assert load(EXAMPLE) == Config()


def test_the_example_uncommented_says_the_defaults() -> None:
    text = SETTING.sub("", EXAMPLE.read_text("utf-8"))
    assert parse(text, "config.toml") == Config()


def test_the_example_holds_every_key_and_no_other() -> None:
    said = tomllib.loads(SETTING.sub("", EXAMPLE.read_text("utf-8")))
    tables = {name for name, key in schema() if key.metadata["check"] is None}
    assert keys(said, tables) == {name for name, _ in schema()}


@pytest.mark.parametrize(("name", "key"), [pytest.param(name, key, id=name) for name, key in schema()])
def test_the_example_explains_each_key_as_the_schema_does(name: str, key: dataclasses.Field[Any]) -> None:
    check: Check | None = key.metadata["check"]
    line = rf"# {key.name} = .*" if check else rf"\[{re.escape(name)}\]"
    comment = re.search(rf"((?:^#.*\n)+)\n?^{line}$", EXAMPLE.read_text("utf-8"), re.MULTILINE)
    assert comment, f"{name} has no comment above it"
    said = comment[1].replace("\n# ", " ").casefold()
    assert key.metadata["doc"].casefold() in said
    assert not check or check.expected.casefold() in said


# What may be said

WHOLE = """
language = "fr"
me.name = "  Zoé Müller "
me.mastodon = "@Zoe_M@Example.Social"
me.bluesky = "@Zoe.example.org"
me."email" = "zoe+n@example.org"

[day]
highlights = 12
window_days = 1
drifting = 0

[rhythm]
circle_1 = "2 semaines"
circle_2 = "jamais"
circle_3 = "1y"

[fetch]
contact = "https://example.social/@zoe?about#me"
connections = 256
per_host = 1
spacing_ms = 0
deadline_seconds = 0x0A
max_megabytes = 1_00

[mastodon.servers]
"Example.Social" = "http://127.0.0.1:3000/"
localhost = "https://example.org/mastodon"

[bluesky]
public_api = 'http://[::1]:2583'

[web]
port = 65535
"""


def test_everything_said() -> None:
    config = parse(WHOLE, "config.toml")
    assert config.language == "fr"
    assert config.me == Me("Zoé Müller", "@Zoe_M@example.social", "zoe.example.org", "zoe+n@example.org")
    assert dataclasses.astuple(config.day) == (12, 1, 0)
    assert dataclasses.astuple(config.rhythm) == (timedelta(days=14), None, timedelta(days=365))
    assert dataclasses.astuple(config.fetch) == ("https://example.social/@zoe?about#me", 256, 1, 0, 10, 100)
    assert config.mastodon.servers == {
        "example.social": "http://127.0.0.1:3000",
        "localhost": "https://example.org/mastodon",
    }
    assert config.bluesky.public_api == "http://[::1]:2583"
    assert config.web.port == 65535


def test_what_is_not_said_stays_the_default() -> None:
    config = parse('me = { name = "Zoé" }\r\n[day]\r\n', "config.toml")
    assert config == Config(me=Me(name="Zoé"))


def test_a_config_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Config().language = "fr"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("me.mastodon", "zoe@example.social"),
        ("me.mastodon", "@zoe@localhost:3000"),
        ("me.mastodon", "@z.o-e@exämple.social"),
        ("me.email", "zoé@example.org"),
        ("me.name", "Marie\u00a0Zoé 🌻"),
        ("fetch.contact", "zoe@example.org"),
        ("language", "en"),
    ],
)
def test_values_that_fit(key: str, value: str) -> None:
    parse(f'{key} = "{value}"', "config.toml")


# What may not


@pytest.mark.parametrize(
    ("text", "key", "found"),
    [
        ('language = "de"', "language", "“de”"),
        ("language = false", "language", "false"),
        ("[language]", "language", "a table"),
        ("[[me]]", "me", "a list"),
        ('me = "Zoé"', "me", "“Zoé”"),
        ("me.name = 3.5", "me.name", "3.5"),
        ('me.name = "a\\nb\\u001b[2J"', "me.name", "“a b [2J”"),
        (f'me.name = "{"z" * 101}"', "me.name", f"“{'z' * 59}…”"),
        ('me.mastodon = "@zoe"', "me.mastodon", "“@zoe”"),
        ('me.mastodon = "https://example.social/@zoe"', "me.mastodon", "“https://example.social/@zoe”"),
        ('me.mastodon = "@zoe@example..social"', "me.mastodon", "“@zoe@example..social”"),
        ('me.mastodon = "@zoé@example.social"', "me.mastodon", "“@zoé@example.social”"),
        ('me.mastodon = "@zoe@example.social@x"', "me.mastodon", "“@zoe@example.social@x”"),
        ('me.bluesky = "zoe"', "me.bluesky", "“zoe”"),
        ('me.bluesky = "zoe_m.bsky.social"', "me.bluesky", "“zoe_m.bsky.social”"),
        ('me.bluesky = "zoe.example.123"', "me.bluesky", "“zoe.example.123”"),
        ('me.email = "Zoé <zoe@example.org>"', "me.email", "“Zoé <zoe@example.org>”"),
        ('me.email = "zoe@example.org:25"', "me.email", "“zoe@example.org:25”"),
        ('me.email = "example.org"', "me.email", "“example.org”"),
        ("day.highlights = 0", "day.highlights", "0"),
        ("day.highlights = 13", "day.highlights", "13"),
        ("day.highlights = true", "day.highlights", "true"),
        ("day.highlights = 5.0", "day.highlights", "5.0"),
        ('day.highlights = "5"', "day.highlights", "“5”"),
        ("day.highlights = [5]", "day.highlights", "a list"),
        ("day.highlights = 2026-11-18", "day.highlights", "2026-11-18"),
        (f"day.highlights = 0x{'f' * 9000}", "day.highlights", "an enormous number"),
        ("day.window_days = 61", "day.window_days", "61"),
        ("day.drifting = -1", "day.drifting", "-1"),
        ("rhythm.circle_1 = 6", "rhythm.circle_1", "6"),
        ('rhythm.circle_1 = "6"', "rhythm.circle_1", "“6”"),
        ('rhythm.circle_1 = "0d"', "rhythm.circle_1", "“0d”"),
        ("rhythm.circle_3 = false", "rhythm.circle_3", "false"),
        ('fetch.contact = "Zoé"', "fetch.contact", "“Zoé”"),
        ('fetch.contact = "mailto://zoe@example.org"', "fetch.contact", "“mailto://zoe@example.org”"),
        ('fetch.contact = "https://example.org/) x"', "fetch.contact", "“https://example.org/) x”"),
        ('fetch.contact = "https://example.org/\\r\\nX: y"', "fetch.contact", "“https://example.org/  X: y”"),
        ('fetch.contact = "https://a:b@example.org"', "fetch.contact", "“https://a:b@example.org”"),
        ('fetch.contact = "zoé@example.org"', "fetch.contact", "“zoé@example.org”"),
        ("fetch.connections = 257", "fetch.connections", "257"),
        ("web.port = 65536", "web.port", "65536"),
        ('bluesky.public_api = ""', "bluesky.public_api", "“”"),
        ('bluesky.public_api = "ftp://example.org"', "bluesky.public_api", "“ftp://example.org”"),
        ('bluesky.public_api = "http://"', "bluesky.public_api", "“http://”"),
        ('bluesky.public_api = "http://[::1"', "bluesky.public_api", "“http://[::1”"),
        ('bluesky.public_api = "http://a:99999"', "bluesky.public_api", "“http://a:99999”"),
        ('bluesky.public_api = "http://a:b@example.org"', "bluesky.public_api", "“http://a:b@example.org”"),
        ("mastodon.servers = []", "mastodon.servers", "a list"),
        ('mastodon.servers."a.b" = "c"', 'mastodon.servers."a.b"', "“c”"),
        ('mastodon.servers."a b" = "http://c"', 'mastodon.servers."a b"', "“http://c”"),
        ('mastodon.servers.a.b = "http://c"', "mastodon.servers.a", "a table"),
    ],
)
def test_values_that_do_not_fit(text: str, key: str, found: str) -> None:
    error = refusal(f"# one\n# two\n{text}\n")
    assert isinstance(error, BadValue)
    assert (error.values["key"], error.values["found"], error.values["line"]) == (key, found, 3)
    assert str(error).startswith(f"config.toml, line 3: “{key}” is {found}, but should be ")
    assert str(error).endswith(f"{error.values['expected']}.")


def test_a_refusal_in_full() -> None:
    error = refusal("\n[day]\nhighlights = 14\n")
    assert str(error) == (
        "config.toml, line 3: “day.highlights” is 14, but should be a whole number from 1 to 12."
    )
    assert error.values["problem"] == "“day.highlights” is 14, but should be a whole number from 1 to 12."
    again: ConfigError = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (BadValue, str(error))


@pytest.mark.parametrize(
    ("text", "key", "nearest"),
    [
        ('langage = "fr"', "langage", "language"),
        ("[days]", "days", "day"),
        ("[day]\nhighlight = 3", "day.highlight", "day.highlights"),
        ("[DAY]", "DAY", "day"),
        ('[me]\nNAME = "Zoé"', "me.NAME", "me.name"),
        ('name = "Zoé"', "name", "me.name"),
        ("[fetch]\nport = 3", "fetch.port", "web.port"),
        ("[rhythm]\ncircle1 = 3", "rhythm.circle1", "rhythm.circle_1"),
    ],
)
def test_a_key_spelt_wrong_or_elsewhere(text: str, key: str, nearest: str) -> None:
    error = refusal(text)
    assert isinstance(error, MisspeltKey)
    assert error.values["problem"] == f"there is no key “{key}”. Perhaps “{nearest}” was meant."
    assert error.values["line"] == text.count("\n") + 1


def test_a_key_that_resembles_none() -> None:
    error = refusal('[web]\nport = 1\n"x\\u001by" = 2')
    assert type(error) is UnknownKey
    assert str(error) == 'config.toml, line 3: there is no key “web."x y"”. Known here: port.'


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"# a\nlanguage = fr\n", 2, "invalid value"),
        (b"# a\n\n[me\n", 3, "expected ']' at the end of a table declaration"),
        (b'language = "fr"\r\nlanguage = "en"\r\n', 2, "cannot overwrite a value"),
        (b'[me]\nname = """\nZo\n\n', 3, "unterminated string"),
        (b"[me]\nname\n", 2, "expected '=' after a key in a key/value pair"),
        (b"# a\n[me]\nname = \xe9\n", 3, "not UTF-8 text"),
        (b"\xff\xfel\x00", 1, "not UTF-8 text"),
        (b"# a\nx = " + b"[" * 100_000, 1, "brackets inside brackets without end"),
        (b"# a\n\nx = " + b"1" * 5000, 3, "a number of thousands of digits"),
    ],
)
def test_what_is_not_toml(tmp_path: Path, content: bytes, line: int, reason: str) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    with pytest.raises(BrokenConfig) as error:
        load(path)
    assert (error.value.values["line"], error.value.values["reason"].casefold()) == (line, reason.casefold())
    assert str(error.value).startswith(
        f"{path}, line {line}: this is not TOML ({error.value.values['reason']})."
    )


def test_a_mark_of_bytes_and_lines_of_windows(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b'\xef\xbb\xbflanguage = "fr"\r\n[day]\r\nhighlights = 6\r\n')
    assert load(path).day.highlights == 6
    assert load(path).language == "fr"


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    with pytest.raises(UnreadableConfig) as error:
        load(tmp_path)
    assert str(error.value).startswith(f"{tmp_path}: this file cannot be read (")


# The lines of keys

TRICKY = r'''# port = 1
[web] # [day]
# highlights = 3
"a" = """
[day]
highlights = 3 \""" "" """" # " [
b = "]\" # c = 1" # d = 2
'day' . "hi\u0067h" = 1
c = """"""
e = [ # x = 1
  "y = 2",
  { f = 1, g = { h = [ { i = 2 } ] } }, { f = 2 },
  [[ ]],
]
j = { k = """
l = 1
""", m.n = '[o]', "p" = {} }
q = 2026-11-18 16:30:00+01:00
r = -1.5e+3
 [ day . "x y" ]
highlights=3
[[ list ]]
s = \'''
t = 1'\'\'\' # ' [
[[list]]
u = ''
[day]
"" = {}
'''.replace("\\'", "'")

LINES = {
    ("web",): 2,
    ("web", "a"): 4,
    ("web", "b"): 7,
    ("web", "day"): 8,
    ("web", "day", "high"): 8,
    ("web", "c"): 9,
    ("web", "e"): 10,
    ("web", "e", "[]"): 12,
    ("web", "e", "[]", "f"): 12,
    ("web", "e", "[]", "g"): 12,
    ("web", "e", "[]", "g", "h"): 12,
    ("web", "e", "[]", "g", "h", "[]"): 12,
    ("web", "e", "[]", "g", "h", "[]", "i"): 12,
    ("web", "j"): 15,
    ("web", "j", "k"): 15,
    ("web", "j", "m"): 17,
    ("web", "j", "m", "n"): 17,
    ("web", "j", "p"): 17,
    ("web", "q"): 18,
    ("web", "r"): 19,
    ("day",): 20,
    ("day", "x y"): 20,
    ("day", "x y", "highlights"): 21,
    ("list",): 22,
    ("list", "s"): 23,
    ("list", "u"): 26,
    ("day", ""): 28,
}


def named(said: object, at: Key = ()) -> set[Key]:
    """Every key of what tomllib read."""
    if isinstance(said, dict):
        below = [named(value, (*at, name)) for name, value in said.items()]
        return {(*at, name) for name in said}.union(*below)
    return set().union(*(named(value, (*at, "[]")) for value in said)) if isinstance(said, list) else set()


def without_lists(keys: Iterable[Key]) -> set[Key]:
    """The keys without the marks of entries: [[list]] and [list] are one place."""
    return {tuple(part for part in key if part != "[]") for key in keys}


def test_lines_where_much_looks_like_a_key() -> None:
    assert key_lines(TRICKY) == LINES
    assert without_lists(named(tomllib.loads(TRICKY))) == without_lists(LINES)


def test_lines_do_not_mind_how_lines_end() -> None:
    assert read(TRICKY.replace("\n", "\r\n"))[1] == LINES


_NAMES = st.sampled_from(["a", "b-1", "'c.d'", '"e = 1"', '"\\""', "''", "1", "true", '"#"', '"\\u005b"'])
_PLAIN = st.sampled_from(
    [
        "1",
        "-1.5",
        "true",
        "2026-11-18T10:00:00Z",
        '"]"',
        "'{'",
        '"# x = 1"',
        '"\\\\"',
        '"""\nx = 1\n"""',
        '""""" """""',
        "'''\n[y]\n''''",
        "''",
        "[]",
        "{}",
    ]
)
_VALUES = st.recursive(
    _PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda v: "[ # x = [\n" + ",\n".join(v) + "]"),
        st.lists(st.tuples(_NAMES, inner), max_size=3).map(
            lambda v: "{" + ", ".join(f"{k} = {x}" for k, x in v) + "}"
        ),
    ),
    max_leaves=6,
)
_STATEMENTS = st.one_of(
    st.tuples(_NAMES, _VALUES).map(lambda pair: f"{pair[0]} = {pair[1]}"),
    st.tuples(_NAMES, _NAMES, _VALUES).map(lambda three: f"\t{three[0]} . {three[1]}={three[2]} # ="),
    st.tuples(_NAMES, _NAMES).map(lambda pair: f"[{pair[0]}.{pair[1]}] # ["),
    _NAMES.map("[[ {} ]]".format),
    st.sampled_from(["", "# a = 1", "   "]),
)


@given(st.lists(_STATEMENTS, max_size=8))
def test_every_key_has_its_line(statements: list[str]) -> None:
    try:
        said, lines = read("\n".join(statements))
    except Broken:
        return
    assert without_lists(lines) == without_lists(named(said))
    starts = {1 + "\n".join([*statements[:n], ""]).count("\n") for n in range(len(statements))}
    tops = {line for key, line in lines.items() if len(key) == 1}
    assert tops <= starts


@given(
    st.text(max_size=60), st.sampled_from(["", "[me]\n", "[day]\n", "[mastodon.servers]\n", "language = "])
)
def test_whatever_stands_in_the_file(text: str, before: str) -> None:
    try:
        parse(before + text, "config.toml")
    except ConfigError as error:
        assert 1 <= error.values["line"] <= (before + text).count("\n") + 1  # noqa: PT017 - either is right
        assert error.values["problem"].endswith(".")  # noqa: PT017
