"""What follows for the cases of a context when somebody leaves a desk."""

from typing import Any

from shared.casework.cases import Cases
from shared.events.model import Metadata, Recorded
from shared.ports.view_store import Find, Where
from shared.runtime.reactor import caused_id
from shared.runtime.views import View

_PAGE = 200


async def pass_up_all(
    cases: Cases[Any], view: View[Any], group: str, recorded: Recorded[Any]
) -> None:
    """Who leaves a desk may leave its cases to nobody: they pass to the superior desk. Harmless
    twice."""
    after = None
    while True:
        open_now = (Where("status", "in-review"),)
        page = await view.find(Find(open_now, ("due",), after=after, limit=_PAGE))
        for id, _ in page.items:
            await cases.pass_up(id, metadata_of(group, recorded, id, None))
        if page.next is None:
            return
        after = page.next


def metadata_of(group: str, recorded: Recorded[Any], target: str, subject: str | None) -> Metadata:
    """Of a command that a consumer group issues because of an event: the same whenever it is
    delivered again."""
    return Metadata(
        command_id=caused_id(group, recorded.id, target, 0),
        actor=group,
        subject=subject,
        causation_id=recorded.id,
        correlation_id=recorded.metadata.correlation_id,
        trace_parent=recorded.metadata.trace_parent,
    )
