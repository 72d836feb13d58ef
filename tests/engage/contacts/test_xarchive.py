"""X's archive, of the years in which it was Twitter's too, and what may happen to its files."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from engage import addresses
from engage.contacts import xarchive

if TYPE_CHECKING:
    from engage.contacts.cards import Book, Card, Message
    from engage.model import Address

ME, JULIE, PAUL, ZOE = "100", "201", "202", "203"
NOON = "Sun Feb 15 12:00:00 +0000 2026"
AT = datetime(2026, 2, 15, 12, tzinfo=UTC)


def on_x(word: str) -> Address:
    address = addresses.on_x(word)
    assert address
    return address


def script(name: str, entries: Any, start: str = "window.YTD.{}.part0 = ") -> bytes:
    return (start.format(name.replace("-", "_")) + json.dumps(entries, indent=2)).encode()


def account() -> bytes:
    return script(
        "account", [{"account": {"accountId": ME, "username": "camille", "email": "c@haies.example"}}]
    )


def following(*numbers: str) -> bytes:
    link = "https://twitter.com/intent/user?user_id={}"
    return script("following", [{"following": {"accountId": n, "userLink": link.format(n)}} for n in numbers])


def mention(number: str, handle: str, name: str = "", start: int = 0) -> dict[str, Any]:
    return {
        "id_str": number,
        "id": number,
        "screen_name": handle,
        "name": name,
        "indices": [str(start), str(start + 5)],
    }


def tweet(
    text: str = "Bonjour", *mentions: dict[str, Any], number: str = "5", at: str = NOON, **more: Any
) -> dict[str, Any]:
    entities = {"user_mentions": list(mentions), **more.pop("entities", {})}
    return {
        "tweet": {
            "id_str": number,
            "id": number,
            "created_at": at,
            "full_text": text,
            "entities": entities,
            **more,
        }
    }


def reply(number: str, handle: str | None = None, **more: Any) -> dict[str, Any]:
    told = {"in_reply_to_user_id_str": number, "in_reply_to_status_id_str": "4", **more}
    return {**told, "in_reply_to_screen_name": handle} if handle else told


def talk(*messages: dict[str, Any], number: str = f"{ME}-{JULIE}") -> dict[str, Any]:
    return {"dmConversation": {"conversationId": number, "messages": list(messages)}}


def direct(
    sender: str, to: str | None, text: str = "Bonjour", number: str = "9", **more: Any
) -> dict[str, Any]:
    told = {"id": number, "senderId": sender, "text": text, "createdAt": "2026-02-15T12:00:00.000Z", **more}
    return {"messageCreate": {**told, "recipientId": to} if to else told}


def read(**files: bytes) -> Book:
    return xarchive.read({f"{name.replace('_', '-')}.js": content for name, content in files.items()})


def read_tweets(*tweets: dict[str, Any]) -> Book:
    return read(account=account(), tweets=script("tweets", list(tweets)))


def read_talks(*talks: dict[str, Any], **files: bytes) -> Book:
    return read(direct_messages=script("direct-messages", list(talks)), **files)


def told(book: Book) -> list[tuple[str, str, str]]:
    return [
        (message.kind, message.direction, message.who.address if message.who else "")
        for message in book.messages
    ]


def only_message(*tweets: dict[str, Any]) -> Message:
    (message,) = read_tweets(*tweets).messages
    return message


# --- whom you follow ---


def test_whoever_you_mentioned_has_a_handle_and_a_name() -> None:
    tweets = script("tweets", [tweet("@JulieM oui", mention(JULIE, "JulieM", "🌱 Julie Martin"))])
    book = read(account=account(), following=following(JULIE, PAUL), tweets=tweets)
    assert [(card.name, card.addresses) for card in book.cards] == [
        ("Julie Martin", (on_x("JulieM"),)),
        ("", (on_x(f"id:{PAUL}"),)),
    ]
    assert book.cards[1].addresses[0].url == f"https://x.com/i/user/{PAUL}"
    assert any("numbers" in remark for remark in book.remarks)


def test_whoever_you_answered_has_a_handle() -> None:
    tweets = script("tweets", [tweet("oui", **reply(JULIE, "JulieM"))])
    (card,) = read(following=following(JULIE), tweets=tweets).cards
    assert (card.name, card.addresses) == ("", (on_x("JulieM"),))


def test_the_newest_handle_holds() -> None:
    tweets = [
        tweet("@julie_haies", mention(JULIE, "julie_haies", "Julie Haies"), number="1000"),
        tweet("@JulieM", mention(JULIE, "JulieM", "Julie"), number="99"),
    ]
    book = read(following=following(JULIE), tweets=script("tweets", tweets), account=account())
    assert book.cards[0].addresses == (on_x("julie_haies"),)
    assert {message.who for message in book.messages} == {on_x("julie_haies")}


def test_only_whom_you_follow_has_a_card() -> None:
    book = read_tweets(tweet("@JulieM", mention(JULIE, "JulieM")))
    assert (book.cards, len(book.messages)) == ((), 1)


def test_the_link_stands_for_a_missing_number() -> None:
    entries = [
        {"following": {"userLink": f"https://twitter.com/intent/user?user_id={JULIE}"}},
        {"following": {"userLink": "https://x.com/paul_d"}},
    ]
    assert [card.addresses for card in read(following=script("following", entries)).cards] == [
        (on_x(f"id:{JULIE}"),),
        (on_x("paul_d"),),
    ]


def test_followed_twice_is_one_card() -> None:
    assert len(read(following=following(JULIE, JULIE)).cards) == 1


@pytest.mark.parametrize(
    "entry", ["julie", None, 5, [], {}, {"accountId": "-1"}, {"accountId": {}}, {"accountId": "²"}]
)
def test_what_names_no_account_is_reported_with_its_line(entry: Any) -> None:
    book = read(following=script("following", [{"following": entry}, {"following": {"accountId": JULIE}}]))
    assert [card.addresses for card in book.cards] == [(on_x(f"id:{JULIE}"),)]
    (unread,) = book.unread
    assert (unread.line, unread.file) == (2, "following.js")
    assert unread.start.startswith('{ "following":')


# --- what you wrote ---


def test_a_reply() -> None:
    message = only_message(
        tweet("@JulieM oui", mention(JULIE, "JulieM", "Julie Martin"), **reply(JULIE, "JulieM"))
    )
    assert (message.who, message.name, message.kind, message.direction) == (
        on_x("JulieM"),
        "Julie Martin",
        "replied",
        "out",
    )
    assert (message.at, message.text, message.channel, message.key) == (AT, "@JulieM oui", "x", "x 5")
    assert message.url == "https://x.com/i/status/5"


def test_a_reply_to_somebody_who_has_no_handle_any_more() -> None:
    assert told(read_tweets(tweet("oui", **reply(JULIE)))) == [("replied", "out", f"id:{JULIE}")]


def test_mentions() -> None:
    post = tweet(
        "Lire @JulieM et @paul_d, et @JulieM",
        mention(JULIE, "JulieM"),
        mention(PAUL, "paul_d"),
        mention(JULIE, "JulieM"),
    )
    assert told(read_tweets(post)) == [("mentioned", "out", "juliem"), ("mentioned", "out", "paul_d")]


def test_a_reply_that_mentions_another_one() -> None:
    mentions = (mention(JULIE, "JulieM"), mention(PAUL, "paul_d", start=20))
    post = tweet(
        "@JulieM oui, comme @paul_d", *mentions, **reply(JULIE, "JulieM"), display_text_range=["8", "30"]
    )
    assert told(read_tweets(post)) == [("replied", "out", "juliem"), ("mentioned", "out", "paul_d")]


def test_who_was_in_the_conversation_already_is_not_mentioned() -> None:
    mentions = (mention(JULIE, "JulieM"), mention(PAUL, "paul_d", start=8))
    post = tweet("@JulieM @paul_d oui", *mentions, **reply(JULIE, "JulieM"), display_text_range=["16", "19"])
    assert told(read_tweets(post)) == [("replied", "out", "juliem")]


def test_what_you_say_to_yourself_is_said_to_nobody() -> None:
    thread = tweet("@camille suite", mention(ME, "camille"), **reply(ME, "camille"))
    assert told(read_tweets(thread, tweet("RT @camille: moi", mention(ME, "camille"), number="6"))) == []
    other = tweet(
        "@camille suite avec @JulieM",
        mention(ME, "camille"),
        mention(JULIE, "JulieM"),
        **reply(ME, "camille"),
    )
    assert told(read_tweets(other)) == [("mentioned", "out", "juliem")]


def test_passing_on_is_no_mention() -> None:
    post = tweet("RT @JulieM: avec @paul_d…", mention(JULIE, "JulieM"), mention(PAUL, "paul_d"))
    assert told(read_tweets(post)) == [("boosted", "out", "juliem")]


def test_passing_on_somebody_whose_number_is_gone() -> None:
    assert told(read_tweets(tweet("RT @JulieM: Haies", mention("-1", "JulieM")))) == [
        ("boosted", "out", "juliem")
    ]


def test_a_post_to_nobody_is_nothing() -> None:
    book = read_tweets(tweet("Il pleut"))
    assert (book.messages, book.unread) == ((), ())


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("Wed Oct 10 20:19:24 +0000 2018", datetime(2018, 10, 10, 20, 19, 24, tzinfo=UTC)),
        ("2018-10-10T20:19:24.123Z", datetime(2018, 10, 10, 20, 19, 24, 123000, tzinfo=UTC)),
        ("2018-10-10T20:19:24", datetime(2018, 10, 10, 20, 19, 24, tzinfo=UTC)),
        ("2013-05-01 14:00:00 +0200", datetime(2013, 5, 1, 12, tzinfo=UTC)),
    ],
)
def test_a_date(written: str, at: datetime) -> None:
    assert only_message(tweet("@J", mention(JULIE, "J"), at=written)).at == at


@pytest.mark.parametrize(
    "written",
    [
        "",
        "hier",
        "Wed Oct 99 20:19:24 +0000 2018",
        "Wed Oct 10 20:19:24 +0000 0000",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_without_a_date_it_is_reported(written: str) -> None:
    book = read_tweets(tweet(), tweet("@J", mention(JULIE, "J"), at=written))
    assert book.messages == ()
    (unread,) = book.unread
    assert (unread.file, unread.reason) == ("tweets.js", "The date cannot be read.")
    assert unread.line > 2


def test_addresses_at_full_length_entities_as_letters_no_picture() -> None:
    post = tweet(
        "@J voir https://t.co/abc &amp; https://t.co/zzz &lt;3 https://t.co/pic",
        mention(JULIE, "J"),
        entities={
            "urls": [{"url": "https://t.co/abc", "expanded_url": "https://haies.example/?a=1&b=2"}],
            "media": [{"url": "https://t.co/pic", "expanded_url": "https://x.com/camille/status/5/photo/1"}],
        },
    )
    assert only_message(post).text == "@J voir https://haies.example/?a=1&b=2 & https://t.co/zzz <3"


def test_what_cannot_be_shown_is_left_out() -> None:
    text = "@J a\x07b \ud83d \u202ec\nd"
    assert only_message(tweet(text, mention(JULIE, "J"))).text == "@J ab  c\nd"


# --- files of all years ---


@pytest.mark.parametrize(
    "start",
    ["window.YTD.{}.part0 = ", "{}.part0 = ", "window.YTD.{}.part12=", "\ufeffwindow.YTD.{}.part0 = ", ""],
)
def test_whatever_stands_before_the_list(start: str) -> None:
    files = {"tweets.js": script("tweets", [tweet("@J", mention(JULIE, "J"))], start)}
    assert xarchive.is_x(files)
    assert len(xarchive.read(files).messages) == 1


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("tweet.js", "tweet"),
        ("tweets.js", "tweets"),
        ("tweets-part3.js", "tweets"),
        ("tweets (1).js", "tweets"),
        ("elsewhere.js", "tweets"),
    ],
)
def test_a_file_is_known_by_what_it_sets(name: str, variable: str) -> None:
    assert len(xarchive.read({name: script(variable, [tweet("@J", mention(JULIE, "J"))])}).messages) == 1


def test_parts_are_one() -> None:
    first, second = (tweet("@J", mention(JULIE, "J"), number=number) for number in "12")
    book = read(tweets=script("tweets", [first]), tweets_part1=script("tweets", [first, second]))
    assert [message.key for message in book.messages] == ["x 1", "x 2"]


def test_old_entries_had_no_wrapper_and_numbers_were_numbers() -> None:
    old = {**tweet("@J", mention(JULIE, "J"))["tweet"], "id": 7, "in_reply_to_user_id": int(JULIE)}
    del old["id_str"]
    book = read(tweet=script("tweet", [old]))
    assert [(message.kind, message.key) for message in book.messages] == [("replied", "x 7")]


@pytest.mark.parametrize(
    "name",
    [
        "deleted-tweets",
        "tweet-headers",
        "direct-message-headers",
        "follower",
        "block",
        "note-tweet",
        "manifest",
    ],
)
def test_other_files_are_left_alone(name: str) -> None:
    files = {f"{name}.js": script(name, [tweet("@J", mention(JULIE, "J"))])}
    assert not xarchive.is_x(files)
    assert xarchive.read(files).messages == ()


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"tweets.js": b"export const tweets = 1"},
        {"a.json": b"[]"},
        {"Connections.csv": b"First Name,Last Name\n"},
        {"tweets.js": b""},
    ],
)
def test_what_is_not_xs(files: dict[str, bytes]) -> None:
    assert not xarchive.is_x(files)


def test_likes_are_left_out_aloud() -> None:
    likes = [
        {"like": {"tweetId": "5", "fullText": "Haies", "expandedUrl": "https://twitter.com/i/web/status/5"}}
    ]
    book = read(like=script("like", likes))
    assert (book.cards, book.messages, book.unread, len(book.remarks)) == ((), (), (), 1)
    assert read(like=script("like", [])).remarks == ()


# --- direct messages ---


def test_a_message_out_and_one_in() -> None:
    tweets = script("tweets", [tweet("@JulieM", mention(JULIE, "JulieM", "Julie Martin"))])
    talks = talk(direct(ME, JULIE, "Bonjour &amp; merci"), direct(JULIE, ME, "Salut", "10"))
    out, back = read_talks(talks, account=account(), tweets=tweets).messages[1:]
    assert (out.who, out.name, out.kind, out.direction, out.at, out.text, out.key) == (
        on_x("JulieM"),
        "Julie Martin",
        "wrote",
        "out",
        AT,
        "Bonjour & merci",
        "x dm 9",
    )
    assert (back.who, back.direction, back.key) == (on_x("JulieM"), "in", "x dm 10")


def test_addresses_in_a_message() -> None:
    urls = [{"url": "https://t.co/abc", "expanded": "https://haies.example/", "display": "haies.example"}]
    (message,) = read_talks(
        talk(direct(ME, JULIE, "https://t.co/abc", urls=urls)), account=account()
    ).messages
    assert message.text == "https://haies.example/"


def test_hearts_and_comings_are_no_messages() -> None:
    events = [{"reactionCreate": {"senderId": JULIE}}, {"participantsLeave": {"userIds": [JULIE]}}, "?", None]
    book = read_talks(talk(*events), account=account())  # type: ignore[arg-type]
    assert (book.messages, book.unread) == ((), ())


def test_in_a_group_you_write_to_each_and_they_only_to_you() -> None:
    group = talk(
        {"joinConversation": {"initiatingUserId": JULIE, "participantsSnapshot": [ME, JULIE, PAUL]}},
        {"participantsJoin": {"initiatingUserId": JULIE, "userIds": [ZOE]}},
        direct(ME, None, "À vous", "9"),
        direct(PAUL, None, "Merci", "10"),
        number="77",
    )
    book = read(account=account(), direct_messages_group=script("direct-messages-group", [group]))
    assert told(book) == [
        *(("wrote", "out", f"id:{number}") for number in (JULIE, PAUL, ZOE)),
        ("wrote", "in", f"id:{PAUL}"),
    ]


def test_notes_to_yourself_go_to_nobody() -> None:
    assert read_talks(talk(direct(ME, ME), number=f"{ME}-{ME}"), account=account()).messages == ()


def test_without_an_account_you_are_the_one_in_every_conversation() -> None:
    talks = (talk(direct(ME, JULIE)), talk(direct(PAUL, ME, number="10"), number=f"{ME}-{PAUL}"))
    assert told(read_talks(*talks)) == [("wrote", "out", f"id:{JULIE}"), ("wrote", "in", f"id:{PAUL}")]


def test_without_an_account_you_are_none_of_those_you_follow() -> None:
    assert told(read_talks(talk(direct(ME, JULIE)), following=following(JULIE))) == [
        ("wrote", "out", f"id:{JULIE}")
    ]


def test_in_doubt_nobody_is_you() -> None:
    book = read_talks(talk(direct(ME, JULIE, "Bonjour Julie")))
    assert book.messages == ()
    (unread,) = book.unread
    assert "account.js" in unread.reason
    assert unread.start == "Bonjour Julie"


@pytest.mark.parametrize(
    "message",
    [
        direct("", JULIE),
        direct(ME, JULIE, number=""),
        direct(ME, JULIE, createdAt="hier"),
        direct(ME, JULIE, createdAt=5),
    ],
)
def test_a_message_that_says_too_little_is_reported(message: dict[str, Any]) -> None:
    book = read_talks(talk(message), account=account())
    assert (len(book.messages), len(book.unread)) == (0, 1)


# --- whatever may happen to a file ---


def archive() -> dict[str, bytes]:
    return {
        "account.js": account(),
        "following.js": following(JULIE, PAUL),
        "tweets.js": script(
            "tweets", [tweet("@JulieM", mention(JULIE, "JulieM", "Julie"), number=str(n)) for n in range(3)]
        ),
        "direct-messages.js": script(
            "direct-messages", [talk(direct(ME, JULIE)), talk(direct(ZOE, ME, number="1"))]
        ),
        "like.js": script("like", [{"like": {"tweetId": "5"}}]),
        "photo.jpg": b"\xff\xd8\xff",
    }


def test_reading_twice_gives_the_same_book_in_any_order_of_files() -> None:
    book = xarchive.read(archive())
    assert (len(book.cards), len(book.messages), len(book.remarks)) == (2, 5, 2)
    assert xarchive.read(dict(reversed(archive().items()))) == book


def test_a_file_cut_off_anywhere_is_read_as_far_as_it_goes() -> None:
    files = archive()
    for name in ("following.js", "tweets.js", "direct-messages.js", "account.js"):
        for end in range(0, len(files[name]), 5):
            xarchive.read({**files, name: files[name][:end]})
    book = xarchive.read({**files, "tweets.js": files["tweets.js"][:-20]})
    assert [message.key for message in book.messages][:2] == ["x 0", "x 1"]
    assert [unread.file for unread in book.unread] == ["tweets.js"]


def test_a_damaged_entry_costs_no_other() -> None:
    good = script("tweets", [tweet("@J", mention(JULIE, "J"), number=str(number)) for number in range(3)])
    damaged = good.replace(b'"id_str": "1"', b'"id_str": "1', 1)
    book = read(tweets=damaged)
    assert [message.key for message in book.messages] == ["x 0", "x 2"]
    (unread,) = book.unread
    assert damaged.splitlines()[unread.line - 1].strip() == b"{"


def test_after_many_damaged_entries_the_rest_is_given_up() -> None:
    content = b"window.YTD.tweets.part0 = [" + b'{"tweet": ?},' * 5_000 + b"]"
    assert len(read(tweets=content).unread) == 100


@pytest.mark.parametrize(
    "content",
    [
        b'window.YTD.following.part0 = "julie"',
        b"window.YTD.following.part0 = ",
        b"window.YTD.following.part0 = [" + b'[{"a":' * 100_000,
        b"window.YTD.following.part0 = [" + b"9" * 10_000 + b"]",
        b'window.YTD.following.part0 = [{"following": ' + b"[" * 500 + b"]" * 500 + b"}]",
        b"window.YTD.following.part0 = [\0\0\0",
        b"window.YTD.following.part0 = [NaN, Infinity, -1, true, null]",
    ],
)
def test_what_makes_no_sense_is_reported_and_never_raises(content: bytes) -> None:
    book = read(following=content)
    assert book.cards == ()
    assert book.unread
    assert {unread.file for unread in book.unread} == {"following.js"}


@pytest.mark.parametrize("value", ["x", 5, None, True, [], {}, [None], {"a": []}, 1e400, "٣", "9" * 30])
def test_any_value_in_any_place_never_raises(value: Any) -> None:
    whole = [
        tweet("@J", mention(JULIE, "J"), number="1", **reply(JULIE, "J"), display_text_range=["0", "3"])[
            "tweet"
        ],
        {**talk(direct(ME, JULIE, urls=[{"url": "a", "expanded": "b"}]))["dmConversation"]},
    ]
    for told_whole, file, wrapper in (
        (whole[0], "tweets", "tweet"),
        (whole[1], "direct-messages", "dmConversation"),
    ):
        for key in told_whole:
            read(
                account=account(),
                **{file.replace("-", "_"): script(file, [{wrapper: {**told_whole, key: value}}])},
            )
    event = direct(ME, JULIE)["messageCreate"]
    for key in event:
        read_talks(talk({"messageCreate": {**event, key: value}}), account=account())
    for key in mention(JULIE, "J"):
        read_tweets(tweet("@J", {**mention(JULIE, "J"), key: value}))
    read(account=script("account", value), following=script("following", value))


def test_a_text_of_ten_megabytes_never_raises() -> None:
    card: tuple[Card, ...] = read(following=following("1" * 10_000_000, JULIE)).cards
    assert [one.addresses for one in card] == [(on_x(f"id:{JULIE}"),)]
    assert (
        len(only_message(tweet("@J " + "https://t.co/a " * 700_000, mention(JULIE, "J"))).text) > 10_000_000
    )
