"""A developer inbox's intake as a stand-in, for the adapter that hands over to it."""

from collections import Counter

from tests.servers.sms.wire import Answer, Request, StandIn


class InboxStandIn(StandIn):
    def __init__(self) -> None:
        super().__init__()
        self.taken: Counter[str] = Counter()

    def answer(self, request: Request) -> Answer:
        if request.method == "POST":
            reference = request.json()["reference"]
            self.taken[reference] = 1
            return 200, {"handover": "taken", "provider_id": reference}
        reference = request.path.rpartition("/")[2]
        known = reference in self.taken
        return 200, {"handover": "taken" if known else "retry", "provider_id": None}
