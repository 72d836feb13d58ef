"""From Bluesky's records and views, as raw JSON, to posts. Pure.

What an item of a feed needs to be a post (a record, an author, an at-uri) must be there; one that is built otherwise raises one
of `MALFORMED`, and costs only itself. https://docs.bsky.app/docs/advanced-guides/posts
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import escape
from typing import TYPE_CHECKING, Any
from zlib import crc32

from feeds.address import absolute, canonical, is_web
from feeds.errors import N_
from feeds.html import sanitise
from feeds.model import Attachment, Author, Post, Source
from feeds.sources.bluesky.walking import Known
from feeds.timing import possible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from feeds.model import PostKind

MALFORMED = (AttributeError, KeyError, IndexError, TypeError, ValueError)
SKIPPED = N_("Some of what this account published could not be read; the rest was kept.")
POST = "app.bsky.feed.post"
# A record without a readable date: after all others, so that it is never taken for old.
NO_TIME = datetime(9999, 12, 31, tzinfo=UTC)
_SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"
_TID = re.compile(rf"[234567a-j][{_SORTABLE}]{{12}}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BEFORE = re.compile(r"^\s*(?:@[\w.-]*\w[\s,:]+)+")
_LONGEST = 500


def posts_of(
    items: Iterable[Any], app: str, unwanted: Callable[[dict[str, Any]], bool]
) -> Iterator[tuple[Any, Post | None]]:
    """Each item of a feed with the post that it becomes; with None where it could not be read.

    Those in which somebody `unwanted` speaks, as an author or as who passes on, are left out. `app` is where people read posts.
    """
    for item in items:
        try:
            by = (item.get("reason") or {}).get("by") or {}
            if unwanted(item["post"]["author"]) or unwanted(by):
                continue
            yield item, post_of(item, app, unwanted)
        except MALFORMED:
            yield item, None


def post_of(item: dict[str, Any], app: str, unwanted: Callable[[dict[str, Any]], bool]) -> Post:
    """An item of a feed as a post. A repost carries the text that was passed on, and its author.

    Raises:
        AttributeError, KeyError, IndexError, TypeError, ValueError: it is not built as one.

    """
    view = item["post"]
    record, author, uri = view["record"], view["author"], str(view["uri"])
    repost = is_repost(item)
    text = str(record.get("text") or "")
    moment = moment_of(item)
    return Post(
        key=key_of(item),
        kind="repost" if repost else _kind(item),
        url=page_of(uri, app, good_handle(author.get("handle")) or author["did"]),
        text=text or alt_text(record),
        html=sanitise(to_html(text, record.get("facets") or [], app)),
        language=str((record.get("langs") or [""])[0])[:2].lower(),
        published=None if moment == NO_TIME else moment,
        authors=(
            Author(
                str(author.get("displayName") or author.get("handle") or ""),
                "",
                f"{app}/profile/{author['did']}",
            ),
        ),
        links=_links(record),
        mentions=_mentions(record, item),
        warning=warning_of(view),
        handle=_handle(view, record),
        attached=tuple(_attached(view.get("embed") or record.get("embed") or {}, app, unwanted)),
    )


# --- items and their parts ---


def know(item: Any) -> Known:
    """By what an item of a feed is known again; its mark changes with all that an edit may change."""
    if not _has_shape(item) or not item["post"].get("uri"):
        return Known()
    view, author = item["post"], item["post"]["author"]
    told = [view.get("cid"), author.get("handle"), author.get("displayName"), _values(view.get("labels"))]
    mark = f"{crc32(repr(told).encode('utf-8', 'replace')):08x}"
    return Known(key_of(item), mark, "reasonPin" in _reason(item), moment_of(item))


def key_of(item: dict[str, Any]) -> str:
    """The key of an item: the post's at-uri; of a repost, who passed on what."""
    uri = str(item["post"]["uri"])
    if not is_repost(item):
        return uri
    by = item["reason"].get("by")
    return f"repost {by.get('did', '') if isinstance(by, dict) else ''} {uri}"


def is_repost(item: Any) -> bool:
    """Whether somebody passed the post on, and did not write it."""
    return "reasonRepost" in _reason(item)


def moment_of(item: Any) -> datetime:
    """When an item entered the feed: the repost's own time, else the earlier of what the author and the index say."""
    if not _has_shape(item):
        return NO_TIME
    if is_repost(item):
        return time_of(item["reason"].get("indexedAt"))
    post = item["post"]
    return min(time_of(post["record"].get("createdAt")), time_of(post.get("indexedAt")))


def _has_shape(item: Any) -> bool:
    """Whether an item of a feed is built as one, so that its parts can be asked for."""
    post = item.get("post") if isinstance(item, dict) else None
    return (
        isinstance(post, dict)
        and isinstance(post.get("record"), dict)
        and isinstance(post.get("author"), dict)
        and isinstance(item.get("reason") or {}, dict)
    )


def _reason(item: Any) -> str:
    """Why an item stands in the feed, when not because it was written there: a repost, a pin."""
    return str((item.get("reason") or {}).get("$type")) if _has_shape(item) else ""


def author_of(item: Any, did: str) -> dict[str, Any]:
    """The account itself, as an item of its feed shows it: the author, or who reposted."""
    if not _has_shape(item):
        return {}
    by = (item.get("reason") or {}).get("by") or item["post"]["author"]
    return by if isinstance(by, dict) and by.get("did") == did else {}


# --- accounts ---


def speaker(author: dict[str, Any], app: str, through: str = "") -> Source:
    """An account as the source that it is, or would be.

    Raises:
        KeyError: it has no DID.

    """
    did = author["did"]
    if not isinstance(did, str) or not did.startswith("did:"):
        raise KeyError("did")
    site = f"{app}/profile/{did}"
    return Source("bluesky", did, good_handle(author.get("handle")), site, given=False, through=through)


def is_shy(author: dict[str, Any]) -> bool:
    """Whether an account asks not to be shown to people who are not signed in."""
    return "!no-unauthenticated" in _values(author.get("labels"))


def is_shut_out(author: dict[str, Any]) -> bool:
    """Whether the person muted or blocked an account, or it blocked them: then neither shall hear of the other."""
    viewer = author.get("viewer")
    return isinstance(viewer, dict) and (
        viewer.get("muted") is True
        or viewer.get("blockedBy") is True
        or any(viewer.get(name) for name in ("blocking", "blockingByList", "mutedByList"))
    )


def good_handle(handle: Any) -> str:
    """A handle; empty for one that leads nowhere any more."""
    return "" if not isinstance(handle, str) or handle == "handle.invalid" else handle


def _values(labels: Any) -> list[str]:
    """The values of labels that stand; none where they are not built as labels."""
    if not isinstance(labels, list):
        return []
    return [str(one.get("val")) for one in labels if isinstance(one, dict) and not one.get("neg")]


# --- dates and addresses ---


def time_of(value: Any) -> datetime:
    """A date as a record writes it; later than all others when it cannot be read."""
    try:
        return possible(datetime.fromisoformat(str(value))) or NO_TIME
    except (ValueError, OverflowError):
        return NO_TIME


def told_by_key(key: str) -> datetime | None:
    """When a record was made, as far as its own key tells (a TID holds the microsecond)."""
    if not _TID.fullmatch(key):
        return None
    number = 0
    for letter in key:
        number = number << 5 | _SORTABLE.index(letter)
    try:
        return possible(_EPOCH + timedelta(microseconds=number >> 10))
    except OverflowError:
        return None


def parts_of(uri: Any) -> tuple[str, str, str]:
    """The DID, the collection and the record key of an at-uri.

    Raises:
        ValueError: it is none.

    """
    scheme, _, rest = str(uri).partition("://")
    did, collection, key = rest.split("/") if scheme == "at" and rest.count("/") == 2 else ("", "", "")  # noqa: PLR2004
    if not did.startswith("did:") or not key:
        raise ValueError("no at-uri")
    return did, collection, key


def page_of(uri: str, app: str, who: str = "") -> str:
    """The page on which people read the post of an at-uri."""
    return f"{app}/profile/{who or uri.split('/')[2]}/post/{uri.rpartition('/')[2]}"


# --- what a post says ---


def words_of(record: dict[str, Any]) -> str:
    """What a record says to somebody, in plain words: without the names that it begins with, cut where it becomes long.

    A content warning stands in place of what it folds.
    """
    if warning := warning_of({"record": record}):
        return warning[:_LONGEST]
    text = str(record.get("text") or "").strip() or alt_text(record)
    said = _BEFORE.sub("", f"{text} ").strip() or text
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1].rstrip()}…"


def _kind(item: dict[str, Any]) -> PostKind:
    parent = ((item.get("reply") or {}).get("parent") or {}).get("author") or {}
    record = item["post"].get("record") or {}
    author = str((item["post"].get("author") or {}).get("did"))
    if not record.get("reply"):
        return "note"
    told = str(((record["reply"] or {}).get("parent") or {}).get("uri") or "")
    to_self = parent.get("did") == author or told.startswith(f"at://{author}/")
    return "note" if to_self else "reply"


def to_html(text: str, facets: list[Any], app: str) -> str:
    """A record's text as HTML, its facets (links and mentions by UTF-8 byte offsets) as links."""
    raw = text.encode()
    pieces, end = [], 0
    for start, stop, target in sorted(_spans(facets, app)):
        if start < end or not start < stop <= len(raw):
            continue  # facets may not overlap or point past the end
        shown = raw[start:stop].decode("utf-8", "replace")
        pieces.append(escape(raw[end:start].decode("utf-8", "replace")))
        pieces.append(f'<a href="{escape(target)}">{escape(shown)}</a>')
        end = stop
    pieces.append(escape(raw[end:].decode("utf-8", "replace")))
    return "<p>" + "".join(pieces).replace("\n\n", "</p><p>").replace("\n", "<br>") + "</p>" if text else ""


def _spans(facets: list[Any], app: str) -> Iterator[tuple[int, int, str]]:
    for facet in facets:
        index = facet.get("index") or {}
        for feature in facet.get("features") or []:
            target = feature.get("uri") or (f"{app}/profile/{feature['did']}" if feature.get("did") else "")
            if (
                is_web(str(target))
                and isinstance(index.get("byteStart"), int)
                and isinstance(index.get("byteEnd"), int)
            ):
                yield index["byteStart"], index["byteEnd"], str(target)


def mentioned_in(record: dict[str, Any]) -> list[tuple[str, str]]:
    """The accounts that a record's text names: their DIDs, and as what the text shows them."""
    raw = str(record.get("text") or "").encode()
    found = []
    for facet in record.get("facets") or []:
        index = facet.get("index") or {}
        shown = raw[index.get("byteStart") or 0 : index.get("byteEnd") or 0].decode("utf-8", "replace")
        dids = [str(feature["did"]) for feature in facet.get("features") or [] if feature.get("did")]
        found += [(did, shown.removeprefix("@")) for did in dids]
    return found


def answered_in(record: dict[str, Any]) -> str:
    """The at-uri of what a record answers; empty when it answers nothing."""
    return str(((record.get("reply") or {}).get("parent") or {}).get("uri") or "")


def quoted_in(record: dict[str, Any]) -> str:
    """The at-uri of what a record quotes; empty when it quotes nothing."""
    embed = record.get("embed") or {}
    told = embed.get("record") or {}
    return str(told.get("uri") or (told.get("record") or {}).get("uri") or "")


def _embeds(record: dict[str, Any]) -> list[dict[str, Any]]:
    embed = record.get("embed") or {}
    return [embed, embed.get("media") or {}]


def _links(record: dict[str, Any]) -> tuple[str, ...]:
    """What the record points at: links in its text and its link card."""
    features = [feature for facet in record.get("facets") or [] for feature in facet.get("features") or []]
    found = [str(feature.get("uri") or "") for feature in features]
    found += [str((embed.get("external") or {}).get("uri") or "") for embed in _embeds(record)]
    return tuple(dict.fromkeys(canonical(link) for link in found if is_web(link)))


def _mentions(record: dict[str, Any], item: dict[str, Any]) -> tuple[str, ...]:
    """The accounts that the record speaks to, mentioned or answered: DIDs, and handles as far as they are told.

    Of what is answered nothing may be left but its at-uri: it is gone, or not for us.
    """
    found = [one for pair in mentioned_in(record) for one in pair]
    parent = ((item.get("reply") or {}).get("parent") or {}).get("author") or {}
    told = answered_in(record)
    answered = told.split("/")[2] if told.startswith("at://") else ""
    found += [str(parent.get("did") or answered), good_handle(parent.get("handle"))]
    return tuple(dict.fromkeys(account for account in found if account))


def alt_text(record: dict[str, Any]) -> str:
    """What the pictures and recordings in a record show, in their author's words."""
    told = [_media(embed) for embed in _embeds(record)]
    return "\n\n".join(text for media in told for text, _ in media if text)


def warning_of(view: dict[str, Any]) -> str:
    """The labels on a post that are warnings: its author's own, and those of who looks after the network."""
    own = (view.get("record") or {}).get("labels") or {}
    labels = [*(view.get("labels") or []), *(own.get("values") or [])]
    told = (str(label.get("val")) for label in labels if not label.get("neg"))
    return ", ".join(dict.fromkeys(value for value in told if not value.startswith("!")))


def _handle(view: dict[str, Any], record: dict[str, Any]) -> dict[str, str]:
    """What a reply needs: the post itself, and the root of its thread."""
    root = (record.get("reply") or {}).get("root") or {}
    uri, cid = str(view["uri"]), str(view.get("cid") or "")
    return {
        "uri": uri,
        "cid": cid,
        "root_uri": str(root.get("uri") or uri),
        "root_cid": str(root.get("cid") or cid),
    }


# --- what hangs on it ---


def _attached(
    embed: dict[str, Any], app: str, unwanted: Callable[[dict[str, Any]], bool]
) -> Iterator[Attachment]:
    """What hangs on a post: as the view shows it, or as far as the record itself tells."""
    told = embed.get("record") or {}
    quoted = told.get("record") or told  # beside media it is one level deeper
    if quoted and (quote := _quote(quoted, app, unwanted)):
        yield quote
    for part in (embed, embed.get("media") or {}):
        for text, url in _media(part):
            yield Attachment("media", text, url)
        card = part.get("external") or {}
        if url := _web(card.get("uri")):
            words = [str(card.get(name) or "").strip() for name in ("title", "description")]
            yield Attachment("card", "\n".join(filter(None, words)), url)


def _quote(quoted: dict[str, Any], app: str, unwanted: Callable[[dict[str, Any]], bool]) -> Attachment | None:
    """A quoted post; None for what is no post, is gone, was detached by its author, or is not for us."""
    value, author = quoted.get("value"), quoted.get("author")
    uri = str(quoted.get("uri") or "")
    if not isinstance(value, dict) or not isinstance(author, dict) or f"/{POST}/" not in uri:
        return None
    if unwanted(author):
        return None
    warning = warning_of({"record": value, "labels": quoted.get("labels")})
    text = warning or str(value.get("text") or "") or alt_text(value)
    handle = good_handle(author.get("handle"))
    by = f"@{handle}" if handle else str(author.get("displayName") or author.get("did") or "")
    return Attachment("quote", text, page_of(uri, app, handle), by)


def _media(embed: dict[str, Any]) -> list[tuple[str, str]]:
    """Pictures and recordings: what each shows in words, and where it stands. A view says where, a record does not."""
    shown = [*(embed.get("images") or []), *(embed.get("items") or [])]
    if "video" in embed or "playlist" in embed:
        shown.append(embed)
    found = [
        (str(one.get("alt") or "").strip(), _web(one.get("fullsize") or one.get("playlist"))) for one in shown
    ]
    return [pair for pair in found if any(pair)]


def _web(address: Any) -> str:
    return absolute(address, "") if isinstance(address, str) and is_web(address.strip()) else ""
