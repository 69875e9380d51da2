"""An application: started, filled in, submitted, reviewed in rounds, over in one of four ways."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, assert_never

from services.classification.commands import (
    AddAttachment,
    AddNote,
    ApplicationCommand,
    ChooseClass,
    EndApplication,
    RemoveAttachment,
    ReplaceMobile,
    Review,
    SaveProfile,
    StartApplication,
    SubmitApplication,
    WithdrawApplication,
)
from services.classification.deferral import decider as deferrals
from services.classification.deferral.commands import DeferralIntention
from services.classification.deferral.events import Deferring
from services.classification.deferral.state import evolve as evolve_deferral
from services.classification.editing import (
    add_attachment,
    choose_class,
    remove_attachment,
    replace_mobile,
    save_profile,
)
from services.classification.events import (
    APPLICATION,
    ApplicationEnded,
    ApplicationEvent,
    ApplicationStarted,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    AttachmentAdded,
    AttachmentRemoved,
    ClassChosen,
    NoteAdded,
    ProfileSaved,
)
from services.classification.profile.model import Profile
from services.classification.reviewing import REVIEW_EVENTS, review, submit
from services.classification.state import Application, ApplicationState, NotStarted
from shared.casework.decisions import end, note, withdraw
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
        case ChooseClass():
            return choose_class(command, application)
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
        case EndApplication():
            return end(command, application, REVIEW_EVENTS)  # type: ignore[return-value]
        case DeferralIntention():
            return deferrals.decide(command, application, REVIEW_EVENTS)  # type: ignore[return-value]
        case _:
            assert_never(command)


def _start(command: StartApplication) -> Events:
    started: list[ApplicationEvent] = [command.fact]
    if command.profile != Profile():
        started.append(ProfileSaved(profile=command.profile, at=command.fact.at))
    return started


def evolve(state: ApplicationState, event: ApplicationEvent) -> ApplicationState:
    if isinstance(event, ApplicationStarted):
        return Application(event)
    if isinstance(state, NotStarted):
        return state
    deferral = evolve_deferral(state.deferral, event)
    return replace(_evolve(state, event), deferral=deferral)


def _evolve(application: Application, event: ApplicationEvent) -> Application:
    match event:
        case ApplicationStarted():
            return application
        case ClassChosen():
            return replace(application, chosen=event)
        case ProfileSaved(profile=profile):
            return replace(application, profile=profile)
        case AttachmentAdded():
            added = {**application.attachments, event.attachment_id: event}
            return replace(application, attachments=added)
        case AttachmentRemoved(attachment_id=removed):
            left = {k: v for k, v in application.attachments.items() if k != removed}
            return replace(application, attachments=left)
        case ApplicationSubmitted():
            return replace(_reviewed(application, event), submitted=event)
        case ApplicationWithdrawn() | ApplicationEnded():
            if application.review is not None:
                return _reviewed(application, event)
            withdrawn = isinstance(event, ApplicationWithdrawn)
            return replace(application, closed=Status.WITHDRAWN if withdrawn else Status.ENDED)
        case NoteAdded() | Deferring():
            return application
        case Fact():
            return _reviewed(application, event)
        case _:
            assert_never(event)


def _reviewed(application: Application, event: AnyFact) -> Application:
    return replace(application, review=engine.evolve(application.review, event))


INITIAL: Final[ApplicationState] = NotStarted()
DECIDER: Final = Decider(APPLICATION, INITIAL, decide, evolve)
