"""What can go wrong while reading the world, each in one sentence that says what, where and what to do.

    Worded
    └── FeedsError
        ├── FetchError              one source, this time
        │   ├── Unreachable         no such host, nobody answers, the line broke
        │   ├── Untrusted           the TLS certificate does not hold
        │   ├── TooSlow             the total deadline passed
        │   ├── TooLarge            more decoded bytes than we read
        │   ├── TooManyRedirects
        │   ├── Refused             an address in a private network
        │   ├── NotLooked           an address that leads to where programs are not to look
        │   ├── BadScheme           neither http nor https
        │   ├── BadStatus           the server said no
        │   │   ├── Missing         404
        │   │   ├── Gone            410
        │   │   ├── Forbidden       401, 403
        │   │   ├── ServerFault     500 and above
        │   │   ├── BotCheck        a browser challenge stands in front of it
        │   │   └── Busy            429 or 503: come back later
        │   │       └── RestLater   … in the middle of something
        │   ├── NotAFeed            something else than a feed was there
        │   │   └── PageWithFeed    … a page that announces one
        │   ├── NoSuchAccount
        │   ├── NotForStrangers     an account that is shown only to people who are signed in
        │   ├── SignedOut           a server no longer accepts what we have
        │   ├── MissingRight        … or never gave us leave for this
        │   ├── SignInRefused       it does not let us in
        │   ├── DamagedKeys         the file with the secrets of one's accounts cannot be used
        │   └── BadAnswer           an answer that makes no sense
        ├── NotFound                discovery found nothing; says what was tried
        ├── HoldsPassword           an address with a name or a password in it
        ├── NotOpml                 a file that lists no subscriptions
        ├── AlreadyFollowed         another source stands at that address
        ├── NotSignedIn             it takes an account of one's own
        └── StoreError              the file cannot be opened or written

An error carries its values, not a finished sentence: `words` is a message id, so that a screen can say it in the
reader's language. `str(error)` is the English sentence.
"""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlsplit


def N_(message: str) -> str:  # noqa: N802 - gettext's customary name for "translate later"
    """Mark a message for translation without translating it here."""
    return message


def NN_(one: str, many: str) -> tuple[str, str]:  # noqa: N802 - N_ for what is counted
    """Mark a message and its plural for translation without translating them here."""
    return one, many


class Worded(Exception):
    """An exception that can be said in words: a message id and the values that go into it."""

    words: ClassVar[str] = N_("Something went wrong.")

    def __init__(self, **values: Any) -> None:
        self.values = values
        super().__init__(values)

    def __str__(self) -> str:
        return self.words.format(**self.values)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.values))


def _rebuild(kind: type[Worded], values: dict[str, Any]) -> Worded:
    return kind(**values)


class FeedsError(Worded):
    """Anything that goes wrong in `feeds`."""


class FetchError(FeedsError):
    """One source could not be read this time; nothing stored is touched."""


class Unreachable(FetchError):
    """No such host, nobody listening, or the connection broke."""

    words = N_("{address} cannot be reached ({reason}).")


class Untrusted(FetchError):
    """The TLS certificate does not hold."""

    words = N_("{address} shows a certificate that cannot be trusted ({reason}). Nothing was read.")


class TooSlow(FetchError):
    """The whole answer did not come within the deadline."""

    words = N_("{address} did not finish answering within {seconds} seconds.")


class TooLarge(FetchError):
    """More decoded bytes came than we are willing to read."""

    words = N_(
        "{address} sends more than {megabytes} MB. Nothing of it was kept; look for a shorter feed of this site."
    )


class TooManyRedirects(FetchError):
    """More hops than a sane address needs."""

    words = N_("{address} redirects more than {hops} times, perhaps in a circle. Check the address.")


class Refused(FetchError):
    """An address that we do not connect to."""

    words = N_(
        "{address} leads to {target}, an address inside a private network. "
        "Nothing was read. If it is yours, add that very address."
    )


class NotLooked(FetchError):
    """An address that leads to where programs are not to look."""

    words = N_("{address} leads to {target}, which programs are asked not to look at. Nothing was read.")


class BadScheme(FetchError):
    """Neither http nor https."""

    words = N_("{address} is not a web address (http or https).")


class BadStatus(FetchError):
    """The server said no."""

    words = N_("{address} answered {status}.")


class Missing(BadStatus):
    """404: perhaps moved."""

    words = N_("{address} is not there (404). Check the address.")


class Gone(BadStatus):
    """410: gone for good, said by the server itself."""

    words = N_("{address} is gone for good, its server says (410). It is paused; everything stored is kept.")


class Forbidden(BadStatus):
    """401 or 403."""

    words = N_("{address} does not let us in ({status}). If it needs a password, it cannot be read here.")


class ServerFault(BadStatus):
    """500 and above: not the address is wrong, and not we."""

    words = N_("{address} has a fault of its server's own ({status}). There is nothing to do but wait.")


class BotCheck(BadStatus):
    """A challenge for browsers stands before the feed."""

    words = N_(
        "{address} asks for a browser before it shows its feed ({status}). "
        "Nouvelles does not pretend to be one: ask its author to let feed readers through."
    )


class Busy(BadStatus):
    """429, or 503 with a time to come back."""

    words = N_("{address} asks us to come back later ({status}). It is asked again after {until}.")


class RestLater(Busy):
    """Part of an answer came; then the server asked us to wait."""

    words = N_("{host} asks us to wait until {until}: the rest comes then.")

    def __init__(self, **values: Any) -> None:
        super().__init__(**{"host": urlsplit(str(values.get("address", ""))).netloc, **values})


class NotAFeed(FetchError):
    """A page, a picture, nothing: anything but a feed."""

    words = N_("{address} holds no feed, but {found}.")


class PageWithFeed(NotAFeed):
    """A web page in place of a feed, that says where there is one."""

    words = N_("{address} holds a web page, and no feed. The page announces one at {found}.")


class NoSuchAccount(FetchError):
    """The server does not know this account."""

    words = N_("{server} knows no account {account}. Check its spelling.")


class NotForStrangers(FetchError):
    """The account is shown to people who are signed in, and to nobody else."""

    words = N_("{account} asks not to be shown to people who are not signed in. Nothing was read.")


class SignedOut(FetchError):
    """What we have of an own account is expired, withdrawn, or gone from this machine."""

    words = N_(
        "{server} no longer knows us as {account}. “{command}” signs in again; nothing stored is lost."
    )


class MissingRight(FetchError):
    """An own account was never given the right to something."""

    words = N_("{server} gave {account} no right to this ({right}). “{command}” asks for it.")


class SignInRefused(FetchError):
    """Signing in did not succeed."""

    words = N_("{server} does not let {account} in: {reason}")


class DamagedKeys(FetchError):
    """The file that holds the secrets of one's own accounts cannot be used; it is left as it is."""

    words = N_(
        "{path} cannot be used ({reason}). It holds the keys to your own accounts, and is left as it is: "
        "put it away, and sign in again."
    )


class BadAnswer(FetchError):
    """An answer that cannot be what it should be."""

    words = N_("{address} gave an answer that makes no sense: {reason}")


def naming(address: str, error: FetchError) -> FetchError:
    """The same error, said of `address`: a server, say, rather than one page of a list with all its parameters."""
    return type(error)(**{**error.values, "address": address}) if "address" in error.values else error


def defect(address: str, error: Exception) -> BadAnswer:
    """A defect of ours, as the error of the one source that met it."""
    return BadAnswer(address=address, reason=f"{type(error).__name__}: {error}"[:300])


class NotFound(FeedsError):
    """Discovery found nothing to follow."""

    words = N_("Nothing to follow was found at {address}. Tried: {tried}.")


class HoldsPassword(FeedsError):
    """An address with a name or a password in it: such things are never stored, nor said again."""

    words = N_(
        "The address on {host} holds a name or a password, and neither is kept here. Add it without them."
    )


class NotOpml(FeedsError):
    """A file that should list subscriptions, and does not."""

    words = N_("{path} lists no feeds ({reason}). An OPML file is wanted: other readers export one.")


class AlreadyFollowed(FeedsError):
    """Two sources cannot stand at one address."""

    words = N_("{address} is followed already, as a source of its own. Remove one of the two.")


class NotSignedIn(FeedsError):
    """Something needs an account of one's own, and there is none."""

    words = N_("You are not signed in on {network}. “{command}” does that.")


class StoreError(FeedsError):
    """The file cannot be opened, or is not ours."""

    words = N_("{path} cannot be opened as a Nouvelles file ({reason}).")
