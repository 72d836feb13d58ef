"""Which addresses are one person's: looking at profiles and pages, and asking where only you can say."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from engage.cli.base import OK, SOME_FAILED, App, Command, as_json, is_asked, pass_app, print_json, show
from engage.cli.follows import chosen
from feeds.errors import N_, NN_

if TYPE_CHECKING:
    from engage.knowing import Learned
    from engage.linking import Found, Same
    from engage.model import Person, Question

_FOUND = NN_("{count} address is known now:", "{count} addresses are known now:")
_SAME = NN_("{count} person turned out to be another one too:", "{count} people turned out to be others too:")
_RENAMED = NN_("{count} account is called otherwise by now:", "{count} accounts are called otherwise by now:")
_ASKED = NN_("{count} question that only you can answer:", "{count} questions that only you can answer:")
_ANSWERED = NN_("{count} answer is kept.", "{count} answers are kept.")
_FAILED = NN_("{count} place could not be looked at:", "{count} places could not be looked at:")
_RELATIONS = NN_(
    "{count} new thread between your people was seen.", "{count} new threads between your people were seen."
)
_SHOWN = 15
_STRENGTHS = {"strong": N_("certain, but for the names"), "medium": N_("likely"), "weak": N_("possible")}


@click.command(
    cls=Command,
    help=N_(
        "Look at the profiles and pages of people you have, and find what else is theirs.\n\nWhat is certain is "
        "kept: links that name each other, verified fields, handles that are a site's own domain, bridged and moved "
        "accounts. The rest is asked, by number: “nouvelles link --yes 1,3 --no 2”. Everything can be undone: "
        "“nouvelles person edit NAME --remove ADDRESS”, “nouvelles people split NAME”.\n\nWith names, only these "
        "people are looked at."
    ),
)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--questions", "only_questions", is_flag=True, help=N_("Only list what is still asked; look nowhere.")
)
@click.option("--yes", "yes", default="", metavar="NUMBERS", help=N_("It is them: 1-3, 7, or all."))
@click.option(
    "--no", "no", default="", metavar="NUMBERS", help=N_("It is somebody else; it is not asked again.")
)
@as_json
@pass_app
def link(app: App, names: tuple[str, ...], yes: str, no: str, *, only_questions: bool, as_json: bool) -> None:
    """Link addresses and people."""
    from engage.knowing import Learned, learn  # noqa: PLC0415 - late, as all of a command's work

    only = {app.find(name).id for name in names} or None
    learned, answered = Learned(), 0
    if only_questions and (yes or no):
        raise click.UsageError(app.words.say(N_("--questions only lists; leave it out to answer.")))
    if yes or no:
        answered = _answer(app, _open(app, only), yes, no)
    elif not only_questions:
        learned = _looked(app, only, learn, quiet=as_json)
    questions = _open(app, only)
    if as_json:
        print_json(_json(app, learned, questions))
        sys.exit(SOME_FAILED if learned.failed else OK)
    if yes or no:
        show(app.words.plural(*_ANSWERED, answered).format(count=answered))
    _say(app, learned, looked=not (yes or no or only_questions))
    _show(app, questions)
    if only_questions and not questions:
        app.say(N_("Nothing is asked."))
    if questions and not (yes or no) and is_asked():
        _ask(app, questions)
    elif questions:
        app.say(N_("“nouvelles link --yes NUMBERS --no NUMBERS” answers."))
    sys.exit(SOME_FAILED if learned.failed else OK)


def _open(app: App, only: set[int] | None) -> dict[int, Question]:
    """The open questions by their numbers, which stay the same whatever is asked and answered meanwhile."""
    return {q.id: q for q in app.store.questions() if only is None or {q.person_id, q.other_id} & only}


def _looked(app: App, only: set[int] | None, learn: Any, *, quiet: bool) -> Learned:
    from engage.cli.bar import bar  # noqa: PLC0415 - late, as all of a command's work

    with bar(app.words.say(N_("Looking")), quiet=quiet) as progress:
        learned: Learned = learn(app.store, app.client, app.networks, app.now(), only=only, progress=progress)
    return learned


def _answer(app: App, questions: dict[int, Question], yes: str, no: str) -> int:
    """Keep what was said to questions, by their numbers in the list."""
    from engage.errors import UnknownQuestion  # noqa: PLC0415 - late, as all of a command's work
    from engage.knowing import answer_all  # noqa: PLC0415

    said: dict[int, bool] = {}
    for typed, meaning in ((yes, True), (no, False)):
        numbers = _meant(typed, questions) if typed else frozenset()
        if numbers is None and not questions:
            raise UnknownQuestion(question=typed)
        if numbers is None:
            message = N_("“{answer}” is no choice from 1 to {last}.")
            raise click.UsageError(app.words.say(message).format(answer=typed, last=max(questions)))
        if both := sorted(numbers & said.keys()):
            message = N_("Question {number} stands both under --yes and under --no.")
            raise click.UsageError(app.words.say(message).format(number=both[0]))
        said |= dict.fromkeys(sorted(numbers), meaning)
    answer_all(app.store, {questions[number].id: meaning for number, meaning in said.items()}, app.now())
    return len(said)


def _meant(typed: str, questions: dict[int, Question]) -> frozenset[int] | None:
    """The numbers of those questions that an answer means; None when it means none of them and should."""
    numbers = chosen(typed, max(questions, default=0))
    if not numbers:
        return numbers
    return numbers & questions.keys() or None


def _ask(app: App, questions: dict[int, Question]) -> None:
    """Ask somebody who sits there: which are right, and which are not; all others stay open."""
    from engage.knowing import answer_all  # noqa: PLC0415 - late, as all of a command's work

    left = dict(questions)
    for question, meaning in (
        (N_("Which of them are so? all, none, or numbers: 1-5, 8"), True),
        (N_("And which are not?"), False),
    ):
        while True:
            typed = click.prompt(app.words.say(question), default="", show_default=False)
            numbers = _meant(typed, left)
            if numbers is not None:
                break
            app.say(N_("“{answer}” is no choice from 1 to {last}."), answer=typed, last=max(left))
        answer_all(app.store, {left[number].id: meaning for number in sorted(numbers)}, app.now())
        still = {q.id for q in app.store.questions()}
        left = {number: q for number, q in left.items() if q.id in still}
        if not left:
            return


# --- saying it ---


def _say(app: App, learned: Learned, *, looked: bool) -> None:
    _part(app, _FOUND, [_found(app, one) for one in learned.found])
    _part(app, _SAME, [_same(app, one) for one in learned.same])
    if learned.same:
        app.say(N_("“nouvelles people split NAME” undoes it."))
    _part(app, _RENAMED, [(renamed.address.label, "") for renamed in learned.renamed])
    if learned.relations:
        show(app.words.plural(*_RELATIONS, learned.relations).format(count=learned.relations))
    _part(
        app,
        _FAILED,
        [(f"{a.label or a.address}: {app.words.error(error)}", "") for a, error in learned.failed],
    )
    if looked and not (learned.found or learned.same or learned.renamed):
        app.say(N_("Nothing new is certain."))


def _part(app: App, forms: tuple[str, str], lines: list[tuple[str, str]]) -> None:
    """A heading with how many, and the first of them, each with what shows it."""
    if not lines:
        return
    show(app.words.plural(*forms, len(lines)).format(count=len(lines)), bold=True)
    for line, why in lines[:_SHOWN]:
        show(f"  {line}")
        if why:
            show(f"      {why}", dim=True)
    if len(lines) > _SHOWN:
        show(f"  … {len(lines) - _SHOWN}")


def _found(app: App, found: Found) -> tuple[str, str]:
    from engage.asking import said  # noqa: PLC0415 - late, as all of a command's work

    name = app.store.person(found.person_id).name
    return f"{name} · {said(found.address)}", app.words.evidence(found.evidence)


def _same(app: App, same: Same) -> tuple[str, str]:
    one = app.store.person(same.person_id)
    gone = {number: name for number, name, _ in app.store.merged(one.id)}.get(same.other_id, "…")
    return f"{gone} (#{same.other_id}) → {one.name} (#{one.id})", app.words.evidence(same.evidence)


def _show(app: App, questions: dict[int, Question]) -> None:
    if not questions:
        return
    show(app.words.plural(*_ASKED, len(questions)).format(count=len(questions)), bold=True)
    for number, question in questions.items():
        show(f"{number:>4}  {_asked(app, question)}")
        sure = app.words.say(_STRENGTHS[question.strength])
        show(f"      {sure}: {app.words.evidence(question.evidence)}", dim=True)


def _asked(app: App, question: Question) -> str:
    from engage.asking import sentence  # noqa: PLC0415 - late, as all of a command's work

    names = {person.id: person.name for person in _people_of(app, question)}
    return sentence(question, names, app.words)


def _people_of(app: App, question: Question) -> list[Person]:
    return [app.store.person(n) for n in (question.person_id, question.other_id) if n is not None]


def _json(app: App, learned: Learned, questions: dict[int, Question]) -> dict[str, Any]:
    def name(number: int | None) -> str | None:
        return app.store.person(number).name if number is not None else None

    return {
        "looked": learned.looked,
        "found": [
            {
                "person": name(f.person_id),
                "kind": f.address.kind,
                "address": f.address.address,
                "evidence": f.evidence,
            }
            for f in learned.found
        ],
        "merged": [{"person": name(s.person_id), "evidence": s.evidence} for s in learned.same],
        "renamed": [r.address.label for r in learned.renamed],
        "relations": learned.relations,
        "failed": [{"address": a.address, "error": app.words.error(e)} for a, e in learned.failed],
        "questions": [
            {
                "number": number,
                "person": name(q.person_id),
                "other": name(q.other_id),
                "address": q.about.address if q.about else None,
                "strength": q.strength,
                "evidence": q.evidence,
                "question": _asked(app, q),
            }
            for number, q in questions.items()
        ],
    }
