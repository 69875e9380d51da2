"""Whom the stand-in answers, and what it says of the cluster."""

import base64
from dataclasses import dataclass

import grpc
from esdbclient.protos.Grpc import gossip_pb2, gossip_pb2_grpc, shared_pb2

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Admission:
    """`leader` is another node's address if this one is a follower; `login` is `user:password`."""

    leader: Address | None = None
    login: str | None = None

    async def check(self, context: grpc.aio.ServicerContext) -> None:
        """Ends the call of a stranger, and of one who needs the leader."""
        given = dict(context.invocation_metadata() or ())
        if self.login is not None:
            right = "Basic " + base64.b64encode(self.login.encode()).decode()
            if given.get("authorization") != right:
                await context.abort(grpc.StatusCode.UNAUTHENTICATED, "Access Denied")
        if self.leader is not None and given.get("requires-leader") == "true":
            host, port = self.leader
            context.set_trailing_metadata(
                (("leader-endpoint-host", host), ("leader-endpoint-port", str(port)))
            )
            await context.abort(grpc.StatusCode.NOT_FOUND, "Leader info available")


class Gossip(gossip_pb2_grpc.GossipServicer):
    def __init__(self, own: Address, leader: Address | None) -> None:
        self._own, self._leader = own, leader

    async def Read(  # noqa: N802
        self, request: shared_pb2.Empty, context: grpc.aio.ServicerContext
    ) -> gossip_pb2.ClusterInfo:
        states = gossip_pb2.MemberInfo.VNodeState
        members = [_member(self._own, states.Follower if self._leader else states.Leader)]
        if self._leader:
            members.append(_member(self._leader, states.Leader))
        return gossip_pb2.ClusterInfo(members=members)


def _member(
    address: Address, state: gossip_pb2.MemberInfo.VNodeState.ValueType
) -> gossip_pb2.MemberInfo:
    host, port = address
    return gossip_pb2.MemberInfo(
        state=state,
        is_alive=True,
        http_end_point=gossip_pb2.EndPoint(address=host, port=port),
    )
