"""An application: started, filled in, submitted, reviewed in rounds, over in one of four ways."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, assert_never

from services.subsidy.asking.commands import RemindUnits
from services.subsidy.asking.decider import remind
from services.subsidy.commands import (
    AddAttachment,
    AddNote,
    ApplicationCommand,
    ChooseChannel,
    EndApplication,
    RemoveAttachment,
    ReplaceMobile,
    Review,
    SaveProfile,
    StartApplication,
    SubmitApplication,
    WithdrawApplication,
)
from services.subsidy.editing import (
    add_attachment,
    choose_channel,
    remove_attachment,
    replace_mobile,
    save_profile,
)
from services.subsidy.events import (
    APPLICATION,
    ApplicationEnded,
    ApplicationEvent,
    ApplicationStarted,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    AttachmentAdded,
    AttachmentRemoved,
    ChannelChosen,
    NoteAdded,
    ProfileSaved,
    UnitsAsked,
    UnitsReminded,
)
from services.subsidy.reviewing import REVIEW_EVENTS, review, submit
from services.subsidy.state import Application, ApplicationState, NotStarted
from shared.casework.decisions import end, note, withdraw
from shared.domain.calendar import shanghai_date
from shared.domain.decider import Decider
from shared.domain.errors import DomainError
from shared.domain.review import engine
from shared.domain.review.application import Status
from shared.domain.review.facts import AnyFact, Fact

Events = Sequence[ApplicationEvent]


def decide(command: ApplicationCommand, state: ApplicationState) -> Events:
    match state:
        case NotStarted():
            if isinstance(command, StartApplication):
                return _start(command)
            raise DomainError("application-not-found", status=404)
        case Application():
            return _decide(command, state)
        case _:
            assert_never(state)


def _decide(command: ApplicationCommand, application: Application) -> Events:
    match command:
        case StartApplication():
            return []
        case ChooseChannel():
            return choose_channel(command, application)
        case SaveProfile():
            return save_profile(command, application)
        case AddAttachment():
            return add_attachment(command, application)
        case RemoveAttachment():
            return remove_attachment(command, application)
        case ReplaceMobile():
            return replace_mobile(command, application)
        case SubmitApplication():
            return submit(command, application)
        case Review():
            return review(command, application)
        case AddNote():
            return note(command, application, NoteAdded)  # type: ignore[return-value]
        case WithdrawApplication():
            return withdraw(command, application, REVIEW_EVENTS)  # type: ignore[return-value]
        case RemindUnits():
            return remind(command, application)
        case EndApplication():
            return end(command, application, REVIEW_EVENTS)  # type: ignore[return-value]
        case _:
            assert_never(command)


def _start(command: StartApplication) -> Events:
    fact = command.fact
    application = Application(fact)
    chosen = ChooseChannel(channel=command.channel, book=command.book, at=fact.at)
    saved = ProfileSaved(profile=command.profile, sources=command.sources, at=fact.at)
    return [fact, *choose_channel(chosen, application), saved]


def evolve(state: ApplicationState, event: ApplicationEvent) -> ApplicationState:
    if isinstance(event, ApplicationStarted):
        return Application(event)
    return state if isinstance(state, NotStarted) else _evolve(state, event)


def _evolve(application: Application, event: ApplicationEvent) -> Application:
    match event:
        case ApplicationStarted():
            return application
        case ChannelChosen():
            return replace(application, channel=event)
        case ProfileSaved(profile=profile):
            return replace(application, profile=profile)
        case AttachmentAdded():
            added = {**application.attachments, event.attachment_id: event}
            return replace(application, attachments=added)
        case AttachmentRemoved(attachment_id=removed):
            left = {k: v for k, v in application.attachments.items() if k != removed}
            return replace(application, attachments=left)
        case ApplicationSubmitted():
            first = application.first_submitted_on or shanghai_date(event.at)
            after = _reviewed(application, event)
            return replace(after, submitted=event, first_submitted_on=first)
        case ApplicationWithdrawn() | ApplicationEnded():
            if application.review is not None:
                return _reviewed(application, event)
            withdrawn = isinstance(event, ApplicationWithdrawn)
            return replace(application, closed=Status.WITHDRAWN if withdrawn else Status.ENDED)
        case NoteAdded():
            return application
        case UnitsAsked():
            return replace(application, asked=event)
        case UnitsReminded():
            return replace(application, reminded=event)
        case Fact():
            return _reviewed(application, event)
        case _:
            assert_never(event)


def _reviewed(application: Application, event: AnyFact) -> Application:
    return replace(application, review=engine.evolve(application.review, event))


INITIAL: Final[ApplicationState] = NotStarted()
DECIDER: Final = Decider(APPLICATION, INITIAL, decide, evolve)
