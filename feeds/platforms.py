"""Where known platforms keep the feeds of the pages that people paste, though no page may announce them. Pure.

A row is one address or more with holes, and the feeds behind it. It holds for what stands below its address too, so that
an article leads to its author; `*` is a blog's own name. `{host}` and `{root}` are those of the address asked about. A
row without feeds says that the platform is known, and that its addresses do not tell where its feeds are.

Only what a platform documents, what its source shows (named beside the row), or what its own pages announce is here.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import cache
from urllib.parse import urlsplit

from feeds.address import is_web

_PLATFORMS = (
    # --- blogs
    # WordPress adds /feed/ to its addresses: https://wordpress.org/documentation/article/wordpress-feeds/
    ("*.wordpress.com *.hypotheses.org", "https://{host}/feed/"),
    # https://help.medium.com/hc/en-us/articles/214874118
    ("medium.com/@{user}", "https://medium.com/feed/@{user}"),
    ("medium.com/{user}", "https://medium.com/feed/{user}"),
    ("*.medium.com", "https://{host}/feed"),
    ("medium.com", ""),
    # Announced by its publications; a profile is drawn by scripts, and names none of them.
    ("open.substack.com/pub/{blog}", "https://{blog}.substack.com/feed"),
    ("*.substack.com", "https://{host}/feed"),
    ("substack.com", ""),
    # https://support.google.com/blogger/answer/97933
    ("*.blogspot.*", "https://{host}/feeds/posts/default https://{host}/feeds/posts/default?alt=rss"),
    # Announced by its blogs, which are shown under the platform's own host too.
    ("*.tumblr.com", "https://{host}/rss"),
    ("tumblr.com/blog/view/{blog} tumblr.com/{blog}", "https://{blog}.tumblr.com/rss"),
    ("tumblr.com", ""),
    # Announced by their blogs, each of them.
    ("*.ghost.io *.mataroa.blog", "https://{host}/rss/"),
    ("*.hashnode.dev", "https://{host}/rss.xml"),
    ("hashnode.com", ""),
    ("*.bearblog.dev", "https://{host}/feed/"),
    ("*.prose.sh", "https://{host}/rss"),
    ("*.micro.blog", "https://{host}/feed.xml https://{host}/feed.json"),
    ("*.livejournal.com *.dreamwidth.org", "https://{host}/data/atom https://{host}/data/rss"),
    ("world.hey.com/{user}", "https://world.hey.com/{user}/feed.atom"),
    ("buttondown.com/{user} buttondown.email/{user}", "https://buttondown.com/{user}/rss"),
    # https://github.com/writefreely/writefreely/issues/257: a blog's address and /feed/
    ("*.writeas.com", "https://{host}/feed/"),
    ("write.as/{user}", "https://write.as/{user}/feed/"),
    # https://github.com/forem/forem/blob/main/config/routes.rb
    ("dev.to/{user}", "https://dev.to/feed/{user}"),
    # --- French houses, as their blogs announce it; Canalblog's had /rss.xml before it moved
    ("*.over-blog.* *.overblog.com *.eklablog.*", "https://{host}/rss"),
    ("*.canalblog.com", "https://{host}/rss https://{host}/rss.xml"),
    ("*.hautetfort.com", "https://{host}/index.rss"),
    # --- videos, pictures, films, books
    # Of @names and videos only the page tells the channel: see feeds.page.
    ("youtube.com/channel/{channel}", "https://www.youtube.com/feeds/videos.xml?channel_id={channel}"),
    ("youtube.com/playlist?list={list}", "https://www.youtube.com/feeds/videos.xml?playlist_id={list}"),
    ("youtube.com/user/{user}", "https://www.youtube.com/feeds/videos.xml?user={user}"),
    ("youtube.com youtu.be", ""),
    ("vimeo.com/channels/{user}", "https://vimeo.com/channels/{user}/videos/rss"),
    ("vimeo.com/{user}", "https://vimeo.com/{user}/videos/rss"),
    ("dailymotion.com/{user}", "https://www.dailymotion.com/rss/user/{user}"),
    # https://www.flickr.com/services/feeds/docs/photos_public/: by the number that some addresses hold.
    ("flickr.com/photos/{nsid}", "https://www.flickr.com/services/feeds/photos_public.gne?id={nsid}"),
    ("letterboxd.com/{user}", "https://letterboxd.com/{user}/rss/"),
    (
        "goodreads.com/user/show/{number} goodreads.com/review/list/{number}",
        "https://www.goodreads.com/review/list_rss/{number}",
    ),
    # --- code
    # https://docs.github.com/en/rest/activity/feeds
    ("gist.github.com/{user}", "https://gist.github.com/{user}.atom"),
    (
        "github.com/{user}/{repo}",
        "https://github.com/{user}/{repo}/releases.atom https://github.com/{user}/{repo}/commits.atom",
    ),
    ("github.com/{user}", "https://github.com/{user}.atom"),
    # https://gitlab.com/gitlab-org/gitlab/-/merge_requests/151062
    (
        "gitlab.com/{user}/{repo} framagit.org/{user}/{repo}",
        "https://{host}/{user}/{repo}/-/releases.atom https://{host}/{user}/{repo}.atom",
    ),
    # https://github.com/go-gitea/gitea/tree/main/routers/web/feed
    (
        "codeberg.org/{user}/{repo} gitea.com/{user}/{repo}",
        "https://{host}/{user}/{repo}/releases.atom https://{host}/{user}/{repo}.atom",
    ),
    (
        "gitlab.com/{user} framagit.org/{user} codeberg.org/{user} gitea.com/{user}",
        "https://{host}/{user}.atom",
    ),
    # --- conversations
    # https://www.reddit.com/wiki/rss: any list and /.rss; what somebody began comes before what they said elsewhere.
    (
        "reddit.com/user/{user} reddit.com/u/{user}",
        "https://www.reddit.com/user/{user}/submitted/.rss https://www.reddit.com/user/{user}/.rss",
    ),
    ("reddit.com/r/{group}", "https://www.reddit.com/r/{group}/.rss"),
    # https://github.com/lobsters/lobsters/blob/main/config/routes.rb
    ("lobste.rs/~{user}", "https://lobste.rs/~{user}/stories.rss"),
    # Announced by every user's page.
    (
        "stackoverflow.com/users/{number} *.stackexchange.com/users/{number}",
        "https://{host}/feeds/user/{number}",
    ),
    ("superuser.com/users/{number} serverfault.com/users/{number}", "https://{host}/feeds/user/{number}"),
    ("askubuntu.com/users/{number} mathoverflow.net/users/{number}", "https://{host}/feeds/user/{number}"),
)

# Software that anybody may run anywhere: only the shape of the path speaks for it.
_SHAPES = (
    # Mastodon and Misskey; GoToSocial, https://docs.gotosocial.org/en/latest/user_guide/rss/; Mobilizon's router.ex.
    ("/@{user}", "{root}/@{user}.rss {root}/@{user}/feed.rss {root}/@{user}/feed/atom"),
    # Mastodon's other spelling; Pixelfed's routes/web.php; Pleroma and Akkoma.
    ("/users/{user}", "{root}/@{user}.rss {root}/users/{user}.atom {root}/users/{user}/feed.atom"),
    # PeerTube, https://docs.joinpeertube.org/api/rest-reference.html (Video Feeds).
    ("/a/{user} /accounts/{user}", "{root}/feeds/videos.atom?accountName={user}"),
    ("/video-channels/{user}", "{root}/feeds/videos.atom?videoChannelName={user}"),
    # The same, or a community of Lemmy: both write /c/.
    ("/c/{user}", "{root}/feeds/videos.atom?videoChannelName={user} {root}/feeds/c/{user}.xml?sort=New"),
    ("/u/{user}", "{root}/feeds/u/{user}.xml?sort=New"),
    ("/profile/{user}", "{root}/feed/{user}"),  # Friendica
    ("/user/{user}", "{root}/user/{user}/rss"),  # BookWyrm
)

# What stands where a name would, and is a page of the platform's own.
_PAGES = (
    "about account accounts api app apps categories contact dashboard discover explore features feed feeds film films "
    "groups help home jobs join legal library live login logout me new news p playlist popular pricing privacy search "
    "settings shop signin signup store support t tag tagged tags terms topics trending upload video videos watch"
)
_NO_NAMES = frozenset(_PAGES.split())
_NO_BLOGS = frozenset(
    ("admin", "api", "app", "assets", "help", "media", "static", "status", "support", "www")
)
_HOLE = re.compile(r"\{(\w+)\}")
# What fills a hole, where it is not just a name.
_FILLINGS = {
    "blog": r"(?P<blog>[A-Za-z0-9-]+)",  # it becomes part of a host
    "channel": r"(?P<channel>UC[\w-]{22})",
    "nsid": r"(?P<nsid>\d+@N\d+)",
    "number": r"(?P<number>\d+)(?:-[^/?&#]*)?",
}


def feeds_of(address: str) -> tuple[str, ...]:
    """The feeds that a platform keeps for a web address, most likely first; none when no platform is recognised.

    Nothing is asked of anybody: whether they are there is another question.
    """
    return of_known_host(address) or of_shape(address)


def of_known_host(address: str) -> tuple[str, ...]:
    """The feeds behind an address of a platform that is known by its host."""
    return _first(_PLATFORMS, address)


def of_shape(address: str) -> tuple[str, ...]:
    """The feeds behind an address, if its server runs what the shape of its path looks like."""
    return () if knows(address) else _first(_SHAPES, address)


def knows(address: str) -> bool:
    """Whether an address is on a platform that is known by its host, and therefore on nobody's own server."""
    host, _, _ = _parts(address)
    return any(_is_host(row.partition("/")[0], host) for rows, _ in _PLATFORMS for row in rows.split())


def _first(table: tuple[tuple[str, str], ...], address: str) -> tuple[str, ...]:
    """The feeds of the first row of a table that an address belongs to, with their holes filled."""
    host, path, root = _parts(address)
    if not host:
        return ()
    for rows, feeds in table:
        for row in rows.split():
            filled = _fill(row, host, path)
            if filled is not None:
                return tuple(feed.format(**filled, host=host, root=root) for feed in feeds.split())
    return ()


def _parts(address: str) -> tuple[str, str, str]:
    """The host, the path with its query, and the root of a web address; empty for what is none."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:  # "http://[" and its like
        return "", "", ""
    if not host or not is_web(address):
        return "", "", ""
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return host, path, f"{parts.scheme}://{parts.netloc}"


def _fill(row: str, host: str, path: str) -> dict[str, str] | None:
    """What fills the holes of a row's address; None when it is another address."""
    wanted, slash, shape = row.partition("/")
    if wanted and not _is_host(wanted, host):
        return None
    found = _pattern(slash + shape).match(path)
    if not found:
        return None
    filled = found.groupdict()
    return None if _NO_NAMES & {filled.get("user", "").lower(), filled.get("blog", "").lower()} else filled


def _is_host(wanted: str, host: str) -> bool:
    if wanted.startswith("*."):
        return fnmatchcase(host, wanted) and host.partition(".")[0] not in _NO_BLOGS
    return host in {wanted, f"www.{wanted}", f"m.{wanted}", f"old.{wanted}"}


@cache
def _pattern(shape: str) -> re.Pattern[str]:
    """A path with holes as a pattern: a path may go on below it, and a query may have other things first."""
    pieces = _HOLE.split(shape)
    written = "".join(
        _FILLINGS.get(piece, rf"(?P<{piece}>[^/?&#@]+)") if number % 2 else re.escape(piece)
        for number, piece in enumerate(pieces)
    )
    return re.compile(written.replace(r"\?", r"\?(?:[^#]*&)?") + r"(?=[/?&#]|$)")
