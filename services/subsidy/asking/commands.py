"""What is asked about units that have not answered."""

from datetime import datetime

from shared.domain.decider import Command


class RemindUnits(Command):
    """`by` is an officer's account id, None for the clock."""

    by: str | None = None
    at: datetime
