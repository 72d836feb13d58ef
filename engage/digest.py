"""Turns a day into what is read: the terminal's text, JSON for programs, one HTML file for a mail or a browser.

Each is a rendering of the same `Today`; nothing is decided here.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from engage.model import cut
from engage.sentences import fold
from engage.words import visible
from feeds.errors import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from engage.model import Drifting, Highlight, Today, Waiting
    from engage.templates import Templates
    from engage.words import Words

    Style = Callable[..., str]

WIDEST = 88
_SHOWN_PASSAGE = 240
_STRANGERS = 5


def as_json(day: Today, words: Words) -> dict[str, Any]:
    """The day for programs; `reasons` and `occasion` in the reader's language."""
    return {
        "day": day.day.isoformat(),
        "highlights": [_highlight(h, words) for h in day.highlights],
        "waiting": [_waiting(w, words) for w in day.waiting],
        "strangers": list(day.strangers),
        "drifting": [drifting_json(d, words) for d in day.drifting],
        "unheard": list(day.unheard),
        "done": [{"piece": d.piece.id, "person": d.person.name, "title": d.piece.title} for d in day.done],
    }


def _waiting(waiting: Waiting, words: Words) -> dict[str, Any]:
    said = waiting.said
    return {
        "person": waiting.person.name,
        "kind": said.kind,
        "words": words.engagement(said.kind, said.direction),
        "at": said.at.isoformat(),
        "text": said.note,
        "url": said.url,
        "channel": said.channel,
        "piece": waiting.piece,
    }


def _highlight(highlight: Highlight, words: Words) -> dict[str, Any]:
    post = highlight.piece.main.post
    return {
        "piece": highlight.piece.id,
        "person": highlight.person.name,
        "title": highlight.piece.title,
        "url": post.url,
        "passage": highlight.passage,
        "reasons": [words.reason(reason) for reason in highlight.reasons],
        "places": [{"kind": place.kind, "url": place.url} for place in highlight.piece.places],
        "published": post.published.isoformat() if post.published else None,
        "warning": post.warning,
        "visibility": post.visibility,
        "sensitive": highlight.quiet,
    }


def drifting_json(drifting: Drifting, words: Words) -> dict[str, Any]:
    """A person drifting, for programs. `in_touch` is false when nothing is known to have passed between you."""
    return {
        "person": drifting.person.name,
        "days": drifting.days,
        "rhythm_days": drifting.rhythm_days,
        "in_touch": drifting.met,
        "occasion": words.reason(drifting.occasion),
        "piece": drifting.piece.id if drifting.piece else None,
    }


def terminal(day: Today, words: Words, width: int, style: Style) -> str:
    """The day as text, at most `width` columns wide; `style` colours a string (click's own, say)."""
    width = min(width, WIDEST)
    say = words.say
    lines = [style(words.day(day.day), bold=True), ""]
    for highlight in day.highlights:
        lines += [*_highlight_lines(highlight, words, width, style), ""]
    if not day.highlights:
        lines += [*_wrap(_quiet_day(day, words), width, ""), ""]
    lines += _written_lines(day, words, width, style)
    for done in day.done:
        answered = say(N_("Answered today: {person}, “{title}”")).format(
            person=done.person.name, title=_short(done.piece.title, width)
        )
        lines += [style(line, dim=True) for line in _wrap(f"✓ {answered}", width, "")]
    if day.done:
        lines.append("")
    if day.out_of_sight:
        lines += [style(say(N_("People you may have lost sight of")), bold=True), ""]
        for adrift in day.out_of_sight:
            lines += [*drifting_lines(adrift, words, width, style), ""]
    if day.unheard:
        message = say(N_("Not heard from: {names}. “nouvelles sources” says why."))
        lines += [*_wrap(message.format(names=", ".join(map(visible, day.unheard))), width, ""), ""]
    lines.append(say(N_("That is all for today.")))
    return "\n".join(lines)


def _written_lines(day: Today, words: Words, width: int, style: Style) -> list[str]:
    """Who wrote to you: your people, each with their words, and in one sentence those who are none."""
    lines: list[str] = []
    if day.waiting:
        lines += [style(words.say(N_("They wrote to you")), bold=True), ""]
        for waiting in day.waiting:
            lines += [*_waiting_lines(waiting, day, words, width, style), ""]
    if day.strangers:
        lines += [*_wrap(strangers_in(day, words), width, ""), ""]
    return lines


def _waiting_lines(waiting: Waiting, day: Today, words: Words, width: int, style: Style) -> list[str]:
    name, said = style(visible(waiting.person.name), bold=True), waiting.said
    lines = _wrap(f"{waiting.person.name} · {when_said(waiting, day, words)}", width, "")
    lines[0] = lines[0].replace(visible(waiting.person.name), name, 1)
    if said.note:
        quoted = words.say(N_("“{text}”")).format(text=_short(said.note, _SHOWN_PASSAGE))
        lines += _wrap(quoted, width, "  ")
    if said.url:
        lines.append("  " + style(visible(said.url), fg="cyan"))
    if waiting.piece is not None:
        lines.append(f"  → nouvelles thanks {waiting.piece}")
    return lines


def strangers_in(day: Today, words: Words) -> str:
    """Who wrote to you and is none of your people, in a sentence."""
    shown = ", ".join(day.strangers[:_STRANGERS])
    if len(day.strangers) > _STRANGERS:
        shown += f" (+ {len(day.strangers) - _STRANGERS})"
    message = N_(
        "Not among your people, and wrote to you: {names}. “nouvelles add NAME ADDRESS” adds somebody."
    )
    return words.say(message).format(names=shown)


def when_said(waiting: Waiting, day: Today, words: Words) -> str:
    """What they did and how long ago: "they replied to you, yesterday"."""
    said = waiting.said
    days = max(0, (day.day - said.at.astimezone().date()).days)
    return words.say(N_("{what}, {ago}")).format(
        what=words.engagement(said.kind, said.direction), ago=words.ago(days)
    )


def _quiet_day(day: Today, words: Words) -> str:
    if not day.people and day.signed_in:
        return words.say(
            N_(
                "None of those whom you follow is one of your people yet: “nouvelles import mastodon” and "
                "“nouvelles import bluesky” let you choose who is."
            )
        )
    if not day.people:
        return words.say(
            N_(
                "Nobody is here yet. “nouvelles add NAME ADDRESS” adds a person; “nouvelles demo” shows a sample village."
            )
        )
    if day.done or day.waiting:
        return words.say(N_("Nothing else is new."))
    if day.unheard:
        return words.say(N_("Nothing new from those who could be reached."))
    return words.say(N_("Nothing new today from your people. That is a fine day too."))


def _highlight_lines(highlight: Highlight, words: Words, width: int, style: Style) -> list[str]:
    piece, post = highlight.piece, highlight.piece.main.post
    name = style(visible(highlight.person.name), bold=True)
    title = piece.title if post.title or post.warning else words.say(N_("a note"))
    room = width - len(highlight.person.name) - 3
    lines = [f"{name} · {_short(title, max(20, room))}"]
    if post.visibility in {"private", "direct"}:
        lines.append("  " + style(words.visibility(post.visibility), dim=True))
    if highlight.passage and not highlight.quiet:
        quoted = words.say(N_("“{text}”")).format(text=_short(highlight.passage, _SHOWN_PASSAGE))
        lines += _wrap(quoted, width, "  ")
    reasons = " · ".join(words.reason(reason) for reason in highlight.reasons)
    lines += [style(line, dim=True) for line in _wrap(reasons, width, "  ")]
    if post.url:
        lines.append("  " + style(visible(post.url), fg="cyan"))
    lines.append(f"  → nouvelles thanks {piece.id}")
    return lines


def drifting_lines(drifting: Drifting, words: Words, width: int, style: Style) -> list[str]:
    """One person drifting, as lines of text."""
    name, when = visible(drifting.person.name), since(drifting, words)
    if len(name) + len(when) + 3 <= width:
        lines = [f"{style(name, bold=True)} · {when}"]
    else:
        lines = [style(name, bold=True), *_wrap(when, width, "  ")]
    occasion = words.reason(drifting.occasion)
    lines += [style(line, dim=True) for line in _wrap(occasion, width, "  ")]
    if drifting.piece is not None:
        lines.append(f"  → nouvelles thanks {drifting.piece.id}")
    return lines


def since(drifting: Drifting, words: Words) -> str:
    """How long ago the last contact was, against the rhythm."""
    if drifting.met:
        message = N_("last in touch {span} ago; your rhythm: {rhythm}")
    else:
        message = N_("added {span} ago, nothing noted since; your rhythm: {rhythm}")
    return words.say(message).format(
        span=words.span(drifting.days), rhythm=words.rhythm(drifting.rhythm_days)
    )


def html(day: Today, words: Words, templates: Templates) -> str:
    """The day as one HTML file that stands alone: no script, nothing loaded from elsewhere."""
    values = {"day": day, "words": words, "_": words.say, "since": since, "nothing": _quiet_day(day, words)}
    values["when_said"] = when_said
    return templates.render("digest/today.html", values)


def _short(text: str, most: int) -> str:
    """One line of at most `most` characters, cut at a word where there is one."""
    words = fold(visible(text))
    return words if len(words) <= most else cut(words, most - 1)


def _wrap(text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(
        visible(text), width, initial_indent=indent, subsequent_indent=indent, break_long_words=False
    )
