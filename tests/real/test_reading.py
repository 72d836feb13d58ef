"""What is public on real servers, read by our own commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.real.ground import until

if TYPE_CHECKING:
    from tests.engage.conftest import Program
    from tests.real.bluesky.people import Bluesky
    from tests.real.snac.people import Snac


def test_somebody_on_bluesky_is_added_fetched_and_shown(program: Program, bluesky: Bluesky) -> None:
    alice = bluesky.person("alice")
    posts = [alice.post(text) for text in ("Une haie est une route.", "Le massicot est rouillé.")]
    posts.append(alice.edit(posts[0], text="Une haie est une route, et un abri."))
    shown = {posts[1].cid, posts[2].cid}
    until(
        lambda: (
            {
                item["post"]["cid"]
                for item in bluesky.public("app.bsky.feed.getAuthorFeed", actor=alice.did)["feed"]
            }
            == shown
        ),
        "strangers see both posts, one edited",
    )
    program.configure(bluesky.config)
    added = program("add", "Alice Martin", f"@{alice.handle}", "--circle", "1")
    assert (added.status, added.err) == (0, "")
    assert f"Bluesky: {alice.handle}" in added.out
    first = program("fetch", "--json")
    assert (first.status, first.json["new"], first.json["failed"]) == (0, 2, [])
    assert program("fetch", "--force", "--json").json["new"] == 0
    assert alice.handle in program("person", "Alice").out
    assert found(program, "haie", "mur", "massicot") == [
        "Le massicot est rouillé.",
        "Une haie est une route, et un abri.",
    ]
    assert "Alice Martin" in program("today").out


def test_somebody_on_snac_is_added_fetched_and_shown(program: Program, snac: Snac) -> None:
    alice, bob = snac.person("alice"), snac.person("bob")
    alice.post("Une haie est <b>une route</b>.")
    alice.edit(alice.post("Un mur est un mur."), "Un mur est un mur, hélas.")
    alice.post("Entre nous.", visibility="private")
    alice.post(f"@{bob.account} psst", visibility="direct")
    program.configure(f'[mastodon.servers]\n"pouet.example" = "{snac.base}"\n')
    added = program("add", "Alice Martin", f"@{alice.name}@pouet.example", "--circle", "1")
    assert (added.status, added.err) == (0, "")
    first = program("fetch", "--json")
    assert (first.status, first.json["new"], first.json["failed"]) == (0, 2, [])
    assert program("fetch", "--force", "--json").json["new"] == 0
    assert found(program, "haie", "mur", "nous", "psst") == [
        "Un mur est un mur, hélas.",
        "Une haie est une route.",
    ]
    assert "Alice Martin" in program("today").out


def found(program: Program, *words: str) -> list[str]:
    """How the posts in the file begin that hold one of these words, each once."""
    hits = [hit for word in words for hit in program("search", word, "--json").json]
    return sorted({hit["title"] for hit in hits})
