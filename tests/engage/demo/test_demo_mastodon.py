"""The fake Mastodon server, read by Mastodon.py itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import mastodon
import pytest
import requests

from engage.demo.wire import Account, Card, Field, Mastodon, Media, Status, Wire

if TYPE_CHECKING:
    from collections.abc import Iterator

START = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
LONG_AGO = datetime(2022, 1, 2, tzinfo=UTC)
REMOTE = "http://porch.localhost:4000"


def status(number: int, **given: Any) -> Status:
    values = {
        "account": "julie",
        "created": START + timedelta(hours=number),
        "text": f"Numéro {number}",
        **given,
    }
    return Status(id=str(100 + number), **values)


SITE = Mastodon(
    domain="pouet.example",
    accounts=(
        Account(
            "julie",
            LONG_AGO,
            "Julie",
            bio="Des haies.",
            fields=(Field("Blog", "https://julie.example", START), Field("Ville", "Rennes")),
            follows=("ana@porch.example", "personne@loin.example", *(f"voisin{n}" for n in range(90))),
        ),
        Account("ana", LONG_AGO, "Ana", domain="porch.example", base=REMOTE),
        Account("muette", LONG_AGO, "Muette"),
        Account("secrete", LONG_AGO, "Secrète", follows=("julie",), hides_follows=True),
        Account("partie", LONG_AGO, "Partie", moved="repartie"),
        Account("repartie", LONG_AGO, "Repartie", moved="ana@porch.example"),
        *(Account(f"voisin{number}", LONG_AGO) for number in range(90)),
    ),
    statuses=(
        *(status(number, language="fr") for number in range(50)),
        status(
            60,
            account="ana@porch.example",
            uri="https://porch.example/users/ana/statuses/7",
            url=f"{REMOTE}/@ana/7",
        ),
        status(61, reply_to="160", text="@ana@porch.example Oui & <non>\n\n#Haie vive"),
        status(62, reply_to="161", text="Et encore."),
        status(63, boost_of="160"),
        status(64, warning="Deuil", edited=START + timedelta(days=9), media=(Media("haie", "Une haie"),)),
        status(65, visibility="private"),
        status(66, visibility="direct"),
        status(67, visibility="unlisted"),
        status(
            68,
            text="https://julie.example/haies/?utm_source=mastodon&utm_medium=social.",
            card=Card(
                "https://julie.example/haies/", "Haies", "Trois haies.", "Julie", "julie@pouet.example"
            ),
        ),
    ),
    title="Pouet",
)


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    with Wire({"pouet": SITE}, default="pouet") as running:
        yield running


@pytest.fixture(scope="module")
def api(wire: Wire) -> Iterator[Any]:
    with requests.Session() as session:
        yield mastodon.Mastodon(
            api_base_url=wire.base(),
            mastodon_version="4.3.0",
            version_check_mode="none",
            ratelimit_method="throw",
            session=session,
        )


def julie(api: Any) -> Any:
    return api.account_lookup("julie")


def ids(statuses: Any) -> list[int]:
    return [int(one.id) - 100 for one in statuses]


@pytest.mark.parametrize("acct", ["julie", "julie@pouet.example", "@Julie@pouet.example"])
def test_an_account_is_found_by_its_name(api: Any, acct: str) -> None:
    account = api.account_lookup(acct)
    assert (account.acct, account.display_name, account.note) == ("julie", "Julie", "<p>Des haies.</p>")
    assert account.created_at == LONG_AGO
    blog, town = account.fields
    assert 'href="https://julie.example"' in blog.value
    assert 'rel="nofollow noopener me"' in blog.value
    assert (blog.verified_at, town.value, town.verified_at) == ("2026-05-04T12:00:00.000Z", "Rennes", None)
    assert api.account(account.id) == account


def test_every_documented_field_is_there(api: Any, wire: Wire) -> None:
    """What Mastodon.py knows of stands in the JSON itself, and not only in its own defaults."""
    optional = {
        *("moved", "suspended", "limited", "memorial", "mute_expires_at", "role", "source"),
        *("show_media", "show_media_replies", "show_featured", "feature_approval", "invalid_handle", "state"),
        *("reblogged", "favourited", "muted", "bookmarked", "pinned", "filtered"),
    }
    shown = requests.get(f"{wire.base()}/api/v1/statuses/168", timeout=5).json()
    typed = api.status(168)
    assert set(type(typed).__annotations__) - set(shown) <= optional
    assert set(type(typed.account).__annotations__) - set(shown["account"]) <= optional
    assert set(type(typed.card).__annotations__) <= set(shown["card"])


def test_pages_come_newest_first_and_lead_on(api: Any) -> None:
    first = api.account_statuses(julie(api).id)
    assert ids(first) == [68, 67, 64, 63, 62, 61, *range(49, 35, -1)]
    second = api.fetch_next(first)
    assert ids(second) == list(range(35, 15, -1))
    assert ids(api.fetch_previous(second)) == ids(first)
    assert ids(api.account_statuses(julie(api).id, limit=400))[-1] == 16


def test_the_last_page_leads_nowhere(api: Any) -> None:
    last = api.account_statuses(julie(api).id, max_id=105)
    assert ids(last) == [4, 3, 2, 1, 0]
    assert api.fetch_next(last) is None


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({"min_id": 110, "limit": 3}, [13, 12, 11]),
        ({"since_id": 110, "limit": 3}, [68, 67, 64]),
        ({"min_id": 110, "max_id": 113}, [12, 11]),
        ({"min_id": 168}, []),
        ({"limit": 2, "max_id": 110}, [9, 8]),
    ],
)
def test_bounds_cut_as_documented(api: Any, bounds: dict[str, int], expected: list[int]) -> None:
    assert ids(api.account_statuses(julie(api).id, **bounds)) == expected


def test_replies_and_boosts_can_be_left_out_but_not_threads(api: Any) -> None:
    shown = ids(api.account_statuses(julie(api).id, exclude_replies=True, limit=5))
    assert shown == [68, 67, 64, 63, 62]
    shown = ids(api.account_statuses(julie(api).id, exclude_reblogs=True, limit=5))
    assert shown == [68, 67, 64, 62, 61]


def test_a_reply_says_to_whom(api: Any) -> None:
    reply = api.status(161)
    assert (reply.in_reply_to_id, reply.in_reply_to_account_id) == (
        "160",
        api.account_lookup("ana@porch.example").id,
    )
    (mention,) = reply.mentions
    assert (mention.acct, mention.url) == ("ana@porch.example", f"{REMOTE}/@ana")
    assert f'<a href="{REMOTE}/@ana" class="u-url mention">@<span>ana</span></a>' in reply.content
    assert "Oui &amp; &lt;non&gt;</p><p>" in reply.content
    assert [tag.name for tag in reply.tags] == ["haie"]
    assert api.status(160).replies_count == 1


def test_a_boost_carries_the_original(api: Any) -> None:
    boost = api.status(163)
    assert (boost.content, boost.account.acct) == ("", "julie")
    assert (boost.reblog.id, boost.reblog.account.acct) == ("160", "ana@porch.example")
    assert boost.reblog.uri == "https://porch.example/users/ana/statuses/7"
    assert boost.reblog.url == f"{REMOTE}/@ana/7"
    assert boost.uri == "https://pouet.example/users/julie/statuses/163/activity"


def test_a_warning_a_picture_an_edit(api: Any) -> None:
    shown = api.status(164)
    assert (shown.spoiler_text, shown.sensitive) == ("Deuil", True)
    assert shown.edited_at == START + timedelta(days=9)
    assert shown.media_attachments[0].description == "Une haie"
    assert shown.created_at == START + timedelta(hours=64)


def test_a_card_names_its_author_in_the_fediverse(api: Any) -> None:
    shown = api.status(168)
    assert (shown.card.url, shown.card.title, shown.card.type) == (
        "https://julie.example/haies/",
        "Haies",
        "link",
    )
    assert shown.card.authors[0].account.acct == "julie"
    assert 'href="https://julie.example/haies/?utm_source=mastodon&amp;utm_medium=social"' in shown.content


@pytest.mark.parametrize("number", [165, 166, 999])
def test_what_is_not_public_is_not_there(api: Any, number: int) -> None:
    with pytest.raises(mastodon.MastodonNotFoundError, match="Record not found"):
        api.status(number)


def test_an_unknown_account_is_not_found(api: Any) -> None:
    with pytest.raises(mastodon.MastodonNotFoundError, match="Record not found"):
        api.account_lookup("personne")


def test_the_server_says_what_it_is(api: Any) -> None:
    assert (api.instance_v2().domain, api.instance_v2().title) == ("pouet.example", "Pouet")
    assert api.instance_v2().configuration.statuses.max_characters == 500
    assert api.instance_v1().uri == "pouet.example"


def test_webfinger_leads_to_the_page(wire: Wire) -> None:
    where = f"{wire.base()}/.well-known/webfinger"
    found = requests.get(where, params={"resource": "acct:julie@pouet.example"}, timeout=5)
    assert found.headers["Content-Type"].startswith("application/jrd+json")
    pages = [one["href"] for one in found.json()["links"] if one["rel"].endswith("profile-page")]
    assert pages == [f"{wire.base()}/@julie"]
    for resource, answer in (
        ("acct:personne@pouet.example", 404),
        ("acct:ana@porch.example", 404),
        ("", 400),
    ):
        assert requests.get(where, params={"resource": resource}, timeout=5).status_code == answer


@pytest.mark.parametrize(
    ("path", "answer", "text"),
    [
        ("/@julie", 200, "Des haies."),
        ("/@julie/164", 200, "<summary>Deuil</summary>"),
        ("/@ana@porch.example", 200, "@ana@porch.example"),
        ("/tags/haie", 200, "Oui &amp;"),
        ("/@julie/165", 404, ""),
        ("/@muette/164", 404, ""),
        ("/@personne", 404, ""),
    ],
)
def test_people_have_pages_too(wire: Wire, path: str, answer: int, text: str) -> None:
    shown = requests.get(wire.base() + path, timeout=5)
    assert shown.status_code == answer
    assert text in shown.content.decode()


def test_writing_needs_an_account(wire: Wire) -> None:
    assert requests.post(f"{wire.base()}/api/v1/statuses", data={"status": "x"}, timeout=5).status_code == 401


def test_someone_silent_has_an_empty_page_without_links(api: Any, wire: Wire) -> None:
    number = api.account_lookup("muette").id
    answer = requests.get(f"{wire.base()}/api/v1/accounts/{number}/statuses", timeout=5)
    assert answer.json() == []
    assert "Link" not in answer.headers


# Whom they follow, and where they went


def names(accounts: Any) -> list[str]:
    return [one.acct for one in accounts]


def test_whom_somebody_follows_comes_newest_first_and_leads_on(api: Any) -> None:
    first = api.account_following(julie(api).id)
    assert names(first) == ["ana@porch.example", *(f"voisin{number}" for number in range(39))]
    second = api.fetch_next(first)
    assert names(second) == [f"voisin{number}" for number in range(39, 79)]
    last = api.fetch_next(second)
    assert names(last) == [f"voisin{number}" for number in range(79, 90)]
    assert api.fetch_next(last) is None
    assert names(api.fetch_previous(second)) == names(first)


@pytest.mark.parametrize(("limit", "given"), [(3, 3), (80, 80), (81, 80), (0, 40)])
def test_a_limit_for_people_is_kept_in_the_links(wire: Wire, api: Any, limit: int, given: int) -> None:
    where = f"{wire.base()}/api/v1/accounts/{julie(api).id}/following"
    answer = requests.get(where, params={"limit": limit}, timeout=5)
    assert len(answer.json()) == given
    assert answer.links["next"]["url"] == f"{where}?limit={limit}&max_id={91 - given + 1}"
    assert answer.links["prev"]["url"] == f"{where}?limit={limit}&since_id=91"


def test_an_account_of_another_server_is_shown_as_such(api: Any) -> None:
    (ana,) = api.account_following(julie(api).id, limit=1)
    assert (ana.acct, ana.username, ana.url) == ("ana@porch.example", "ana", f"{REMOTE}/@ana")


@pytest.mark.parametrize("name", ["secrete", "muette"])
def test_who_hides_whom_they_follow_or_follows_nobody_has_an_empty_page(
    api: Any, wire: Wire, name: str
) -> None:
    account = api.account_lookup(name)
    answer = requests.get(f"{wire.base()}/api/v1/accounts/{account.id}/following", timeout=5)
    assert (answer.status_code, answer.json()) == (200, [])
    assert "Link" not in answer.headers
    assert account.hide_collections is (name == "secrete")


def test_nobody_follows_from_an_account_that_is_not_there(wire: Wire) -> None:
    answer = requests.get(f"{wire.base()}/api/v1/accounts/7/following", timeout=5)
    assert (answer.status_code, answer.json()) == (404, {"error": "Record not found"})


def test_where_an_account_has_moved_is_told_and_no_further(api: Any, wire: Wire) -> None:
    moved = api.account_lookup("partie")
    assert (moved.moved.acct, moved.moved.url) == ("repartie", f"{wire.base()}/@repartie")
    told = requests.get(f"{wire.base()}/api/v1/accounts/{moved.id}", timeout=5).json()
    assert "moved" not in told["moved"]
    assert api.account_lookup("repartie").moved.acct == "ana@porch.example"
    stayed = requests.get(f"{wire.base()}/api/v1/accounts/lookup", params={"acct": "julie"}, timeout=5)
    assert "moved" not in stayed.json()
