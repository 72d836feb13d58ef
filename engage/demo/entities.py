"""The entities of Mastodon's API (https://docs.joinmastodon.org/entities/), with every documented field."""

from __future__ import annotations

import re
from datetime import UTC
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from zlib import crc32

if TYPE_CHECKING:
    from datetime import datetime

    from engage.demo.cards import Card
    from engage.demo.mastodon import Account, Mastodon, Media, Status

VERSION = "4.4.3"
_TOKEN = re.compile(
    r"(?P<link>https?://[^\s<>]*[^\s<>.,;:!?)\]»”’'\"…])"
    r"|(?<![\w/@])@(?P<mention>\w[\w.-]*@[\w.-]*\w)"
    r"|(?<![\w&/])#(?P<tag>\w*[^\W\d_]\w*)"
)
_LONG = 30


def stamp(moment: datetime | None) -> str | None:
    """Write a moment as the API does; None stays None."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z") if moment else None


def profile(account: Account, base: str) -> str:
    """Give the address of an account's page on its own server."""
    return f"{account.base or base}/@{account.username}" if account.domain else f"{base}/@{account.acct}"


def uri(site: Mastodon, status: Status) -> str:
    """Give the key of a status everywhere in the fediverse."""
    user, _, domain = status.account.partition("@")
    return status.uri or f"https://{domain or site.domain}/users/{user}/statuses/{status.id}"


def url(site: Mastodon, status: Status, base: str) -> str:
    """Give the address of a status's page on its own server."""
    account = site.account(status.account)
    return status.url or f"{profile(account, base) if account else base}/{status.id}"


def link(address: str, *, me: bool = False) -> str:
    """Write a link as Mastodon shortens it on screen, whole in the text; what is no address stays text."""
    if not address.startswith(("http://", "https://")):
        return escape(address)
    scheme, rest = re.match(r"(https?://(?:www\.)?)(.*)", address).groups()  # type: ignore[union-attr]
    spans = f'<span class="invisible">{scheme}</span>'
    shown = "ellipsis" if len(rest) > _LONG else ""
    spans += f'<span class="{shown}">{escape(rest[:_LONG])}</span>'
    spans += f'<span class="invisible">{escape(rest[_LONG:])}</span>'
    rel = "nofollow noopener me" if me else "nofollow noopener"
    return f'<a href="{escape(address)}" target="_blank" rel="{rel}" translate="no">{spans}</a>'


def content(site: Mastodon, text: str, base: str) -> str:
    """Turn plain text into Mastodon's HTML: paragraphs, links, mentions, hashtags."""
    paragraphs = []
    for paragraph in filter(None, text.strip().split("\n\n")):
        parts, end = [], 0
        for match in _TOKEN.finditer(paragraph):
            parts += [escape(paragraph[end : match.start()], quote=False), _linked(site, match, base)]
            end = match.end()
        parts.append(escape(paragraph[end:], quote=False))
        paragraphs.append(f"<p>{''.join(parts)}</p>".replace("\n", "<br />"))
    return "".join(paragraphs)


def _linked(site: Mastodon, match: re.Match[str], base: str) -> str:
    if match["link"]:
        return link(match["link"])
    if match["tag"]:
        page = f"{base}/tags/{quote(match['tag'].lower())}"
        return f'<a href="{page}" class="mention hashtag" rel="tag">#<span>{match["tag"]}</span></a>'
    account = site.account(match["mention"])
    if account is None:
        return escape(match[0])
    page = escape(profile(account, base))
    return (
        f'<span class="h-card" translate="no"><a href="{page}" class="u-url mention">'
        f"@<span>{escape(account.username)}</span></a></span>"
    )


def tags(text: str) -> list[str]:
    """List the hashtags of a plain text, in lower case, each once."""
    return list(dict.fromkeys(token["tag"].lower() for token in _TOKEN.finditer(text) if token["tag"]))


def account(site: Mastodon, one: Account, base: str) -> dict[str, Any]:
    """Write an Account; where it has moved, with the account that stands in its place, and no further."""
    moved = site.account(one.moved) if one.moved else None
    view = _account(site, one, base)
    return {**view, "moved": _account(site, moved, base)} if moved else view


def _account(site: Mastodon, one: Account, base: str) -> dict[str, Any]:
    theirs = site.of(one)
    face, banner = f"{base}/images/{one.acct}.png", f"{base}/images/{one.acct}-header.png"
    return {
        "id": one.id,
        "username": one.username,
        "acct": one.acct,
        "display_name": one.name,
        "locked": False,
        "bot": one.bot,
        "discoverable": one.discoverable,
        "indexable": one.discoverable,
        "group": False,
        "created_at": f"{one.created:%Y-%m-%d}T00:00:00.000Z",
        "note": content(site, one.bio, base),
        "url": profile(one, base),
        "uri": f"https://{one.domain or site.domain}/users/{one.username}",
        "avatar": face,
        "avatar_static": face,
        "avatar_description": "",
        "header": banner,
        "header_static": banner,
        "header_description": "",
        "followers_count": one.followers,
        "following_count": one.following,
        "statuses_count": len(theirs),
        "last_status_at": f"{theirs[0].created:%Y-%m-%d}" if theirs else None,
        "hide_collections": one.hides_follows,
        "noindex": not one.discoverable,
        "emojis": [],
        "roles": [],
        "fields": [
            {"name": line.name, "value": link(line.value, me=True), "verified_at": stamp(line.verified)}
            for line in one.fields
        ],
    }


def status(site: Mastodon, one: Status, base: str) -> dict[str, Any]:
    """Write a Status, whose author the server must know."""
    writer = site.account(one.account)
    if writer is None:
        raise LookupError(f"{site.domain} knows no account {one.account}")
    parent, boosted = site.status(one.reply_to), site.status(one.boost_of)
    answered = site.account(parent.account) if parent else None
    tokens = list(_TOKEN.finditer(one.text))
    return {
        "id": one.id,
        "created_at": stamp(one.created),
        "edited_at": stamp(one.edited),
        "in_reply_to_id": one.reply_to or None,
        "in_reply_to_account_id": answered.id if answered else None,
        "sensitive": bool(one.warning),
        "spoiler_text": one.warning,
        "visibility": one.visibility,
        "language": one.language or None,
        "uri": f"{uri(site, one)}/activity" if boosted else uri(site, one),
        "url": url(site, one, base),
        "replies_count": sum(other.reply_to == one.id for other in site.statuses),
        "reblogs_count": sum(other.boost_of == one.id for other in site.statuses),
        "favourites_count": 0,
        "quotes_count": 0,
        "content": "" if boosted else content(site, one.text, base),
        "reblog": status(site, boosted, base) if boosted else None,
        "application": None,
        "account": account(site, writer, base),
        "media_attachments": [_media(media, base) for media in one.media],
        "mentions": _mentions(site, tokens, base),
        "tags": [{"name": tag, "url": f"{base}/tags/{quote(tag)}"} for tag in tags(one.text)],
        "emojis": [],
        "quote": None,
        "quote_approval": {"automatic": [], "manual": [], "current_user": "denied"},
        "tagged_collections": [],
        "card": _card(site, one.card, base) if one.card else None,
        "poll": None,
    }


def _mentions(site: Mastodon, tokens: list[re.Match[str]], base: str) -> list[dict[str, str]]:
    found = (site.account(token["mention"]) for token in tokens if token["mention"])
    known = {one.acct: one for one in found if one}
    return [
        {"id": one.id, "username": one.username, "acct": one.acct, "url": profile(one, base)}
        for one in known.values()
    ]


def _media(media: Media, base: str) -> dict[str, Any]:
    size = {"width": 96, "height": 64, "size": "96x64", "aspect": 1.5}
    address = f"{base}/images/{media.name}.png"
    return {
        "id": str(111_000_000_000_000_000 + crc32(media.name.encode())),
        "type": "image",
        "url": address,
        "preview_url": address,
        "remote_url": None,
        "preview_remote_url": None,
        "text_url": None,
        "meta": {"original": size, "small": size},
        "description": media.description or None,
        "blurhash": None,
    }


def _card(site: Mastodon, card: Card, base: str) -> dict[str, Any]:
    known = site.account(card.account) if card.account else None
    page = profile(known, base) if known else ""
    author = {"name": card.author, "url": page, "account": account(site, known, base) if known else None}
    return {
        "url": card.url,
        "title": card.title,
        "description": card.description,
        "language": card.language or None,
        "type": "link",
        "author_name": card.author,
        "author_url": page,
        "provider_name": card.site,
        "provider_url": "",
        "html": "",
        "width": 0,
        "height": 0,
        "image": None,
        "image_description": "",
        "embed_url": "",
        "blurhash": None,
        "published_at": None,
        "missing_attribution": None,
        "authors": [author] if card.author or known else [],
        "history": [],
    }


def webfinger(site: Mastodon, one: Account, base: str) -> dict[str, Any]:
    """Write what WebFinger says of one of the server's own accounts."""
    page, actor = profile(one, base), f"{base}/users/{one.username}"
    return {
        "subject": f"acct:{one.username}@{site.domain}",
        "aliases": [page, actor],
        "links": [
            {"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": page},
            {"rel": "self", "type": "application/activity+json", "href": actor},
        ],
    }


_LIMITS: dict[str, Any] = {
    "accounts": {"max_featured_tags": 10, "max_pinned_statuses": 5},
    "statuses": {"max_characters": 500, "max_media_attachments": 4, "characters_reserved_per_url": 23},
    "media_attachments": {"supported_mime_types": ["image/png"], "image_size_limit": 16777216},
    "polls": {"max_options": 4, "max_characters_per_option": 50, "max_expiration": 2629746},
}


def instance(site: Mastodon, base: str) -> dict[str, Any]:
    """Write what the server says of itself (v2)."""
    return {
        "domain": site.domain,
        "title": site.title or site.domain,
        "version": VERSION,
        "source_url": "https://github.com/mastodon/mastodon",
        "description": site.about,
        "usage": {"users": {"active_month": len(site.accounts)}},
        "thumbnail": {"url": f"{base}/images/thumbnail.png", "description": ""},
        "icon": [],
        "languages": list(site.languages),
        "configuration": {
            **_LIMITS,
            "urls": {"streaming": base, "status": "", "about": f"{base}/about", "privacy_policy": None},
            "vapid": {"public_key": ""},
            "translation": {"enabled": False},
            "limited_federation": False,
        },
        "registrations": {"enabled": False, "approval_required": False, "message": None, "url": None},
        "api_versions": {"mastodon": 6},
        "contact": {"email": f"garde@{site.domain}", "account": None},
        "rules": [],
    }


def instance_v1(site: Mastodon, base: str) -> dict[str, Any]:
    """Write what the server says of itself (v1, deprecated, and still what many ask)."""
    return {
        "uri": site.domain,
        "title": site.title or site.domain,
        "short_description": site.about,
        "description": site.about,
        "email": f"garde@{site.domain}",
        "version": VERSION,
        "urls": {"streaming_api": base},
        "stats": {"user_count": len(site.accounts), "status_count": len(site.statuses), "domain_count": 1},
        "thumbnail": f"{base}/images/thumbnail.png",
        "languages": list(site.languages),
        "registrations": False,
        "approval_required": False,
        "invites_enabled": False,
        "configuration": _LIMITS,
        "contact_account": None,
        "rules": [],
    }
