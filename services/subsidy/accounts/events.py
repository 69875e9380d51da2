"""The account's part of what subsidy publishes; others import it from `subsidy.events`."""

from datetime import datetime
from typing import Final

from shared.domain.decider import Category
from shared.events.model import Event
from shared.events.personal import Personal

ACCOUNT: Final = Category("payoutAccount", "subsidy")


class AccountEntered(Event, type="subsidy.account-entered.v1"):
    """The talent's own account from now on, in the place of any before: `holder` is the name by
    which they registered, `ending` the number's last four digits. Checked by its check digit and
    its bank's prefix; that it exists, the first payment shows."""

    account_id: str
    number: Personal[str]
    holder: Personal[str]
    ending: Personal[str]
    bank: str
    bank_name: str
    at: datetime


AccountEvent = AccountEntered
ACCOUNT_EVENTS: Final[tuple[type[Event], ...]] = (AccountEntered,)
