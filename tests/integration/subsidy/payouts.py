"""An office that pays, around a town: what a month needs, from a granted allowance to the bank."""

import csv
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.integration.subsidy.conftest import BUREAU, Applicant, Town

CARD = "6222020200112233446"
OTHER_CARD = "6217000000000000004"


@dataclass
class Treasury:
    """A maker and a checker of batches, in a town."""

    town: Town
    clerk: Applicant
    checker: Applicant

    @classmethod
    async def opened(cls, town: Town) -> "Treasury":
        clerk = await town.officer(roles=("finance_clerk",))
        return cls(town, clerk, await town.officer(roles=("finance_checker",)))

    async def granted(self, *, account: str | None = CARD, letter: str = "F") -> Applicant:
        """A talent whose living allowance was just approved; `self.schedule` is its id."""
        town = self.town
        talent, bureau = await town.talent(), await town.officer(BUREAU)
        self.unit = await town.unit()
        self.of_unit = await town.clerk(self.unit)
        await town.classed(talent, letter)
        id = await town.submitted_for(talent, self.unit)
        await self.of_unit.does("POST", f"/reviews/{id}/approve", {})
        await bureau.does("POST", f"/reviews/{id}/approve", {})
        await town.settled()
        self.schedule = id
        if account is not None:
            await self.enters(talent, account)
        return talent

    async def enters(self, talent: Applicant, number: str, holder: str = "黎示范") -> Any:
        done = await talent.does("PUT", "/payouts/account", {"number": number, "holder": holder})
        await self.town.settled()
        return done

    async def goes_to(self, talent: Applicant | None, year: int, month: int, day: int) -> None:
        """Time passes, and the ticker looks; everybody signs in again."""
        town = self.town
        at = datetime(year, month, day, 2, tzinfo=UTC)
        town.clock.move(at - town.clock.now())
        await self.ticks()
        self.clerk, self.checker = await town.again(self.clerk), await town.again(self.checker)
        if talent is not None:
            talent.token = (await town.again(talent)).token
        if hasattr(self, "of_unit"):
            self.of_unit = await town.again(self.of_unit)

    async def ticks(self) -> None:
        for _ in range(3):
            await self.town.platform.host.ticker.tick()
            await self.town.settled()

    async def batch(self, month: str = "2026-04") -> dict[str, Any]:
        """A batch made, with its lines."""
        made = await self.clerk.does("POST", "/batches", {"month": month})
        await self.town.settled()
        return await self.seen(made["batch_id"])

    async def seen(self, id: str) -> dict[str, Any]:
        found: dict[str, Any] = await self.clerk.get(f"/batches/{id}")
        return found

    async def approves(self, batch: dict[str, Any]) -> None:
        body = {"count": batch["count"], "total": batch["total"]}
        await self.checker.does("POST", f"/batches/{batch['batch_id']}/approve", body)

    async def sent(self, month: str = "2026-04") -> dict[str, Any]:
        """A batch made, checked and exported."""
        batch = await self.batch(month)
        await self.approves(batch)
        await self.clerk.does("POST", f"/batches/{batch['batch_id']}/export")
        await self.town.settled()
        return await self.seen(batch["batch_id"])

    async def rows(self, id: str) -> list[list[str]]:
        """The payment file's rows, without head and foot."""
        answer = await self.clerk.call("GET", f"/batches/{id}/file", params={"format": "csv"})
        assert answer.status_code == 200, answer.text
        table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        return table[3:-1]

    async def answers(
        self, batch: dict[str, Any], failed: dict[int, str] | None = None, **changes: str
    ) -> Any:
        """Upload the bank's word: all lines are paid but those named. `changes` put other words
        into the file."""
        data = self.result(batch["batch_id"], await self.rows(batch["batch_id"]), failed or {})
        for old, new in changes.items():
            data = data.replace(old.strip("_"), new)
        return await self.uploads(batch["batch_id"], data)

    async def uploads(self, id: str, text: str) -> Any:
        answer = await self.clerk.call(
            "POST", f"/batches/{id}/result", data={"category": "result"},
            files={"file": ("result.csv", text.encode(), "text/csv")},
        )  # fmt: skip
        await self.town.settled()
        return answer

    def result(self, id: str, rows: list[list[str]], failed: dict[int, str]) -> str:
        """A bank's file for a payment file's rows."""
        day = f"{self.town.clock.now():%Y-%m-%d}"
        fen = {int(row[0]): round(float(row[4]) * 100) for row in rows}
        paid = [line for line in fen if line not in failed]
        sums = [sum(fen.values()), sum(fen[line] for line in paid)]
        head = ["R", id, day, str(len(rows)), _yuan(sums[0]), str(len(paid)), _yuan(sums[1])]
        lines = [
            [row[0], row[2], row[4], "F" if int(row[0]) in failed else "S",
             failed.get(int(row[0]), "")]
            for row in rows
        ]  # fmt: skip
        return "\n".join(",".join(one) for one in (head, *lines))

    async def payment(self, talent: Applicant, at: int = -1) -> dict[str, Any]:
        """A talent's payment; the first period is the last in the list."""
        (schedule,) = (await talent.get("/payouts"))["schedules"]
        found: dict[str, Any] = schedule["payments"][at]
        return found

    async def held(self, talent: Applicant) -> list[str]:
        (schedule,) = (await talent.get("/payouts"))["schedules"]
        return [one["code"] for one in schedule["held"]]


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"
