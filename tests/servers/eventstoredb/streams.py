"""The service `Streams` over the stand-in's log."""

import itertools
import re
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Final

import grpc
from esdbclient.protos.Grpc import shared_pb2, status_pb2, streams_pb2, streams_pb2_grpc
from google.protobuf.message import Message

from tests.servers.eventstoredb.admission import Admission
from tests.servers.eventstoredb.log import (
    Appended,
    Expected,
    Log,
    Proposed,
    Recorded,
    StreamDeleted,
    WrongExpectedVersion,
)

_FAILED_PRECONDITION: Final = 9
_NEWEST: Final = 2**63 - 2
_MAX_APPEND_BYTES: Final = 1024 * 1024

Matches = Callable[[Recorded], bool]
Options = streams_pb2.ReadReq.Options


class Streams(streams_pb2_grpc.StreamsServicer):
    def __init__(self, log: Log, admission: Admission) -> None:
        self._log, self._admission = log, admission

    async def Append(  # noqa: N802
        self,
        requests: AsyncIterator[streams_pb2.AppendReq],
        context: grpc.aio.ServicerContext,
    ) -> streams_pb2.AppendResp:
        await self._admission.check(context)
        options = streams_pb2.AppendReq.Options()
        events: list[Proposed] = []
        async for request in requests:
            if request.WhichOneof("content") == "options":
                options = request.options
            else:
                events.append(_proposed(request.proposed_message))
        answer = streams_pb2.AppendResp()
        try:
            done = await self._log.append(
                _name(options), _expected(options, "expected_stream_revision", "revision"), events
            )
        except WrongExpectedVersion as refusal:
            wrong = answer.wrong_expected_version
            if refusal.current is None:
                wrong.current_no_stream.SetInParent()
            else:
                wrong.current_revision = refusal.current
        except StreamDeleted as deleted:
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(deleted))
        else:
            answer.success.current_revision = done.revision
            answer.success.position.commit_position = done.position
            answer.success.position.prepare_position = done.position
        return answer

    async def BatchAppend(  # noqa: N802
        self,
        requests: AsyncIterator[streams_pb2.BatchAppendReq],
        context: grpc.aio.ServicerContext,
    ) -> AsyncIterator[streams_pb2.BatchAppendResp]:
        await self._admission.check(context)
        begun: dict[str, tuple[streams_pb2.BatchAppendReq.Options, list[Proposed]]] = {}
        async for request in requests:
            _, events = begun.setdefault(request.correlation_id.string, (request.options, []))
            events.extend(map(_proposed, request.proposed_messages))
            if request.is_final:
                options, events = begun.pop(request.correlation_id.string)
                answer = streams_pb2.BatchAppendResp(
                    correlation_id=request.correlation_id,
                    stream_identifier=options.stream_identifier,
                )
                await self._batch(options, events, answer)
                yield answer

    async def _batch(
        self,
        options: streams_pb2.BatchAppendReq.Options,
        events: list[Proposed],
        answer: streams_pb2.BatchAppendResp,
    ) -> None:
        if sum(len(event.data) + len(event.metadata) for event in events) > _MAX_APPEND_BYTES:
            too_much = shared_pb2.MaximumAppendSizeExceeded(maxAppendSize=_MAX_APPEND_BYTES)
            _refuse(answer.error, too_much)
            return
        expected = _expected(options, "expected_stream_position", "stream_position")
        try:
            done = await self._log.append(_name(options), expected, events)
        except WrongExpectedVersion as refusal:
            wrong = shared_pb2.WrongExpectedVersion()
            if refusal.current is None:
                wrong.current_no_stream.SetInParent()
            else:
                wrong.current_stream_revision = refusal.current
            _refuse(answer.error, wrong)
        except StreamDeleted:
            gone = shared_pb2.StreamDeleted(stream_identifier=options.stream_identifier)
            _refuse(answer.error, gone)
        else:
            answer.success.current_revision = done.revision
            answer.success.position.commit_position = done.position
            answer.success.position.prepare_position = done.position

    async def Delete(  # noqa: N802
        self, request: streams_pb2.DeleteReq, context: grpc.aio.ServicerContext
    ) -> streams_pb2.DeleteResp:
        done = await self._remove(request.options, context, for_ever=False)
        position = streams_pb2.DeleteResp.Position
        return streams_pb2.DeleteResp(position=position(commit_position=done.position))

    async def Tombstone(  # noqa: N802
        self, request: streams_pb2.TombstoneReq, context: grpc.aio.ServicerContext
    ) -> streams_pb2.TombstoneResp:
        done = await self._remove(request.options, context, for_ever=True)
        position = streams_pb2.TombstoneResp.Position
        return streams_pb2.TombstoneResp(position=position(commit_position=done.position))

    async def _remove(
        self,
        options: streams_pb2.DeleteReq.Options | streams_pb2.TombstoneReq.Options,
        context: grpc.aio.ServicerContext,
        *,
        for_ever: bool,
    ) -> Appended:
        await self._admission.check(context)
        expected = _expected(options, "expected_stream_revision", "revision")
        try:
            return await self._log.remove(_name(options), expected, for_ever=for_ever)
        except StreamDeleted as deleted:
            why = str(deleted)
        except WrongExpectedVersion as refusal:
            actual = -1 if refusal.current is None else refusal.current
            why = (
                f"Append failed due to WrongExpectedVersion. Stream: {refusal.stream},"
                f" Expected version: {refusal.expected}, Actual version: {actual}"
            )
        await context.abort(grpc.StatusCode.FAILED_PRECONDITION, why)
        raise AssertionError("unreachable")

    async def Read(  # noqa: N802
        self, request: streams_pb2.ReadReq, context: grpc.aio.ServicerContext
    ) -> AsyncIterator[streams_pb2.ReadResp]:
        await self._admission.check(context)
        options = request.options
        subscribes = options.WhichOneof("count_option") == "subscription"
        if options.WhichOneof("stream_option") == "stream":
            try:
                exists = self._log.exists(_name(options.stream))
            except StreamDeleted as deleted:
                await context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(deleted))
            if not exists and not subscribes:
                yield streams_pb2.ReadResp(
                    stream_not_found=streams_pb2.ReadResp.StreamNotFound(
                        stream_identifier=options.stream.stream_identifier
                    )
                )
                return
        if subscribes:
            async for answer in self._follow(options):
                yield answer
            return
        matching = filter(_filter(options), self._read(options))
        for recorded in itertools.islice(matching, min(options.count, _NEWEST)):
            yield _event(recorded)

    def _read(self, options: Options) -> Iterator[Recorded]:
        """A stream from a revision that is part of it; all from a position that is part of it
        forwards, and is not backwards."""
        backwards = options.read_direction == Options.Backwards
        if options.WhichOneof("stream_option") == "stream":
            revisions = {"start": 0, "end": _NEWEST, "revision": options.stream.revision}
            at = revisions[options.stream.WhichOneof("revision_option") or "start"]
            return self._log.stream(_name(options.stream), at, backwards=backwards)
        positions = {"start": 0, "end": _NEWEST, "position": options.all.position.commit_position}
        at = positions[options.all.WhichOneof("all_option") or "start"]
        return self._log.all(at, backwards=backwards)

    async def _follow(self, options: Options) -> AsyncIterator[streams_pb2.ReadResp]:
        """A catch-up subscription, from behind the position or revision asked for."""
        yield streams_pb2.ReadResp(
            confirmation=streams_pb2.ReadResp.SubscriptionConfirmation(
                subscription_id=str(uuid.uuid4())
            )
        )
        matches = _filter(options)
        every = options.filter.max * max(1, options.filter.checkpointIntervalMultiplier)
        next_, caught_up, scanned = self._start(options), False, 0
        while True:
            head = self._log.head()
            for recorded in self._tail(options, next_):
                next_ = self._behind(options, recorded)
                scanned += 1
                if matches(recorded):
                    yield _event(recorded)
                if every and scanned % every == 0:
                    yield streams_pb2.ReadResp(
                        checkpoint=streams_pb2.ReadResp.Checkpoint(
                            commit_position=recorded.position, prepare_position=recorded.position
                        )
                    )
            if not caught_up:
                caught_up = True
                yield streams_pb2.ReadResp(caught_up=streams_pb2.ReadResp.CaughtUp())
            await self._log.changed(head)

    def _start(self, options: Options) -> int:
        if options.WhichOneof("stream_option") == "stream":
            match options.stream.WhichOneof("revision_option"):
                case "revision":
                    return options.stream.revision + 1
                case "end":
                    return self._log.last_revision(_name(options.stream)) + 1
        match options.all.WhichOneof("all_option"):
            case "position":
                return options.all.position.commit_position + 1
            case "end":
                return self._log.head() + 1
        return 0

    def _tail(self, options: Options, next_: int) -> Iterator[Recorded]:
        if options.WhichOneof("stream_option") == "stream":
            return self._log.stream(_name(options.stream), next_)
        return self._log.all(next_)

    @staticmethod
    def _behind(options: Options, recorded: Recorded) -> int:
        whole = options.WhichOneof("stream_option") == "all"
        return (recorded.position if whole else recorded.revision) + 1


def _name(
    options: streams_pb2.AppendReq.Options
    | streams_pb2.BatchAppendReq.Options
    | streams_pb2.DeleteReq.Options
    | streams_pb2.TombstoneReq.Options
    | Options.StreamOptions,
) -> str:
    return options.stream_identifier.stream_name.decode()


def _expected(options: Message, choice: str, number: str) -> Expected:
    match options.WhichOneof(choice):
        case "no_stream":
            return "no_stream"
        case "stream_exists":
            return "stream_exists"
        case "any" | None:
            return "any"
        case _:
            return int(getattr(options, number))


def _proposed(
    message: streams_pb2.AppendReq.ProposedMessage | streams_pb2.BatchAppendReq.ProposedMessage,
) -> Proposed:
    about = message.metadata
    return Proposed(
        message.id.string, about["type"], about["content-type"], message.custom_metadata,
        message.data,
    )  # fmt: skip


def _refuse(status: status_pb2.Status, why: Message) -> None:
    status.code = _FAILED_PRECONDITION  # type: ignore[assignment]
    status.message = type(why).__name__
    status.details.Pack(why)


def _event(recorded: Recorded) -> streams_pb2.ReadResp:
    return streams_pb2.ReadResp(
        event=streams_pb2.ReadResp.ReadEvent(
            commit_position=recorded.position,
            event=streams_pb2.ReadResp.ReadEvent.RecordedEvent(
                id=shared_pb2.UUID(string=recorded.id),
                stream_identifier=shared_pb2.StreamIdentifier(stream_name=recorded.stream.encode()),
                stream_revision=recorded.revision,
                prepare_position=recorded.position,
                commit_position=recorded.position,
                metadata={
                    "type": recorded.type,
                    "content-type": recorded.content_type,
                    "created": str(recorded.created),
                },
                custom_metadata=recorded.metadata,
                data=recorded.data,
            ),
        )
    )


def _filter(options: Options) -> Matches:
    if options.WhichOneof("filter_option") != "filter":
        return lambda recorded: True
    by_stream = options.filter.WhichOneof("filter") == "stream_identifier"
    expression = options.filter.stream_identifier if by_stream else options.filter.event_type

    def text(recorded: Recorded) -> str:
        return recorded.stream if by_stream else recorded.type

    if expression.regex:
        pattern = re.compile(expression.regex)
        return lambda recorded: pattern.search(text(recorded)) is not None
    prefixes = tuple(expression.prefix)
    return lambda recorded: text(recorded).startswith(prefixes)
