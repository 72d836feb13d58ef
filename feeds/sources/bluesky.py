"""A public Bluesky account: its author feed, until something known appears.

Accounts are keyed by DID, for handles change. The answers are read as raw JSON, record by record: one malformed field
makes the typed models reject a whole page. https://docs.bsky.app/docs/api/app-bsky-feed-get-author-feed
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, Any

from feeds.address import canonical, is_web
from feeds.carry import carried, httpx_transport
from feeds.errors import N_, BadAnswer, FeedsError, NoSuchAccount, NotForStrangers
from feeds.guard import is_private_host
from feeds.html import sanitise
from feeds.model import Author, Batch, Cursor, Post, PostKind, Source
from feeds.timing import possible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feeds.http import Client
    from feeds.model import Networks

PAGE = 50
MOST_PAGES = 10
# A record without a readable date: after all others, so that it is never taken for old.
_NO_TIME = datetime(9999, 12, 31, tzinfo=UTC)
_SKIPPED = N_("Some of what this account published could not be read; the rest was kept.")


def connect(api: str, client: Client, now: datetime) -> Any:
    """Atproto's client on a public API, without an account, speaking through our client."""
    from atproto import Client as Atproto  # noqa: PLC0415 - almost a second that only such accounts pay
    from atproto import Request as AtprotoRequest  # noqa: PLC0415

    transport = httpx_transport(client, now, allow_private=is_private_host(api))
    return Atproto(base_url=api, request=AtprotoRequest(transport=transport))


def profile(actor: str, api: str, client: Client, now: datetime) -> dict[str, Any]:
    """The public profile of a handle or DID, as JSON.

    Raises:
        FetchError: the API cannot be reached, or knows no such account.

    """
    from atproto import models  # noqa: PLC0415 - see connect

    try:
        params = models.AppBskyActorGetProfile.Params(actor=actor)
    except ValueError as error:  # pydantic's complaint about a handle that cannot be one
        raise NoSuchAccount(server="Bluesky", account=actor) from error
    with _words(api, actor):
        return _query(connect(api, client, now), "app.bsky.actor.getProfile", params)


def fetch(source: Source, cursor: Cursor, client: Client, networks: Networks, now: datetime) -> Batch:
    """Everything that the account published since the cursor; at first, its newest page.

    Raises:
        FetchError: nothing could be read; the sentence says why.

    """
    api = networks.bluesky_api
    since = datetime.fromisoformat(cursor.position) if cursor.position else None
    with _words(api, source.label or source.address):
        server = connect(api, client, now)
        found = list(_walk(server, source.address, since))
    items = [item for item in found if _has_shape(item)]
    if any(_hidden(_author_of(item, source.address)) for item in items):
        raise NotForStrangers(account=source.label or source.address)
    # A record dated in the future may not hide everything that comes before its day.
    newest = max((min(moment, now) for item in items if (moment := _moment(item)) != _NO_TIME), default=since)
    posts, skipped = _posts(items, networks.bluesky_app)
    kept = replace(cursor, position=newest.isoformat() if newest else "")
    handle = next((h for item in items if (h := _author_of(item, source.address).get("handle"))), "")
    site = f"{networks.bluesky_app}/profile/{source.address}"
    warnings = (_SKIPPED,) if skipped or len(items) < len(found) else ()
    return Batch(kept, posts, unchanged=not posts, label=_good_handle(handle), site=site, warnings=warnings)


def _query(server: Any, method: str, params: Any) -> dict[str, Any]:
    answer = server.invoke_query(method, params=params, output_encoding="application/json").content
    if not isinstance(answer, dict):
        raise BadAnswer(address=method, reason=N_("it is not JSON"))
    return answer


def _walk(server: Any, did: str, since: datetime | None) -> Iterator[dict[str, Any]]:
    """Items of the author feed newer than `since`, newest first; a pinned post stands out of order and stops nothing."""
    from atproto import models  # noqa: PLC0415 - see connect

    cursor = None
    for _ in range(MOST_PAGES if since else 1):
        params = models.AppBskyFeedGetAuthorFeed.Params(actor=did, limit=PAGE, cursor=cursor)
        answer = _query(server, "app.bsky.feed.getAuthorFeed", params)
        items = answer.get("feed") or []
        if not isinstance(items, list):
            raise BadAnswer(address=did, reason=N_("it holds no list of posts"))
        fresh = [item for item in items if since is None or _moment(item) > since]
        yield from fresh
        cursor = answer.get("cursor")
        pinned = sum("reasonPin" in _reason(item) for item in items)
        if not cursor or len(fresh) + pinned < len(items):
            return


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


@contextmanager
def _words(api: str, actor: str) -> Iterator[None]:
    """Turns the library's errors into ours."""
    from atproto_client.exceptions import AtProtocolError, BadRequestError  # noqa: PLC0415

    try:
        yield
    except FeedsError:
        raise
    except ValueError as error:  # an answer that is no JSON, a header that is no ASCII
        raise BadAnswer(address=api, reason=str(error)[:200]) from error
    except BadRequestError as error:
        raise NoSuchAccount(server="Bluesky", account=actor) from error
    except AtProtocolError as error:
        raise carried(error) or BadAnswer(address=api, reason=str(error)[:200]) from error


def _author_of(item: dict[str, Any], did: str) -> dict[str, Any]:
    """The account itself, as an item of its feed shows it: the author, or who reposted."""
    by = (item.get("reason") or {}).get("by") or item["post"].get("author") or {}
    return by if isinstance(by, dict) and by.get("did") == did else {}


def _hidden(author: dict[str, Any]) -> bool:
    """Whether the account asks not to be shown to people who are not signed in."""
    labels = author.get("labels")
    return isinstance(labels, list) and any(
        isinstance(label, dict) and label.get("val") == "!no-unauthenticated" for label in labels
    )


def _moment(item: Any) -> datetime:
    """When an item entered the feed: the repost's own time, else the earlier of what the author and the index say."""
    if not _has_shape(item):
        return _NO_TIME
    if "reasonRepost" in _reason(item):
        return _time(item["reason"].get("indexedAt"))
    post = item["post"]
    return min(_time(post["record"].get("createdAt")), _time(post.get("indexedAt")))


def _time(value: Any) -> datetime:
    try:
        return possible(datetime.fromisoformat(str(value))) or _NO_TIME
    except (ValueError, OverflowError):
        return _NO_TIME


def _posts(items: list[dict[str, Any]], app: str) -> tuple[tuple[Post, ...], bool]:
    """The items as posts, and whether some could not be read: a malformed field costs only its own record.

    Authors whom only people signed in may see are left out, reposted by others too.
    """
    found, skipped = [], False
    for item in items:
        if _hidden(item["post"]["author"]):
            continue
        try:
            found.append(_post(item, app))
        except (AttributeError, KeyError, TypeError, ValueError):
            skipped = True
    return tuple(found), skipped


def _post(item: dict[str, Any], app: str) -> Post:
    """An item as a post; any error of Python's own when it is too malformed to be one."""
    view = item["post"]
    record, author, uri = view["record"], view["author"], str(view["uri"])
    reason = item.get("reason") or {}
    repost = "reasonRepost" in _reason(item)
    text = str(record.get("text") or "")
    moment = _moment(item)
    return Post(
        key=f"repost {reason.get('by', {}).get('did', '')} {uri}" if repost else uri,
        kind=_kind(item, repost=repost),
        url=f"{app}/profile/{_good_handle(author.get('handle')) or author['did']}/post/{uri.rpartition('/')[2]}",
        text=text or _alt_text(record),
        html=sanitise(to_html(text, record.get("facets") or [], app)),
        language=str((record.get("langs") or [""])[0])[:2].lower(),
        published=None if moment == _NO_TIME else moment,
        authors=(
            Author(
                str(author.get("displayName") or author.get("handle") or ""),
                "",
                f"{app}/profile/{author['did']}",
            ),
        ),
        links=_links(record),
        mentions=_mentions(record, item),
        warning=_warning(view),
        handle=_handle(view, record),
    )


def _kind(item: dict[str, Any], *, repost: bool) -> PostKind:
    if repost:
        return "repost"
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
    """The accounts that the record speaks to, mentioned or answered: DIDs, and handles as far as they are told."""
    raw = str(record.get("text") or "").encode()
    found = []
    for facet in record.get("facets") or []:
        index = facet.get("index") or {}
        shown = raw[index.get("byteStart") or 0 : index.get("byteEnd") or 0].decode("utf-8", "replace")
        for did in [str(feature["did"]) for feature in facet.get("features") or [] if feature.get("did")]:
            found += [did, shown.removeprefix("@")]
    parent = ((item.get("reply") or {}).get("parent") or {}).get("author") or {}
    told = str(((record.get("reply") or {}).get("parent") or {}).get("uri") or "")
    answered = told.split("/")[2] if told.startswith("at://") else ""
    found += [str(parent.get("did") or answered), _good_handle(parent.get("handle"))]
    return tuple(dict.fromkeys(account for account in found if account))


def _alt_text(record: dict[str, Any]) -> str:
    images = [image for embed in _embeds(record) for image in embed.get("images") or []]
    return "\n\n".join(str(image.get("alt")) for image in images if image.get("alt"))


def _warning(view: dict[str, Any]) -> str:
    own = (view.get("record") or {}).get("labels") or {}
    labels = [*(view.get("labels") or []), *(own.get("values") or [])]
    return ", ".join(
        dict.fromkeys(str(label.get("val")) for label in labels if not str(label.get("val")).startswith("!"))
    )


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


def _good_handle(handle: Any) -> str:
    return "" if not handle or handle == "handle.invalid" else str(handle)
