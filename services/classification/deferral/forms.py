"""What is sent in about a deferral."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from services.classification.deferral.commands import DeferralRequest
from shared.casework.forms import Codes, DeskForm, Words
from shared.casework.talent_routes import Form, SubmitForm

Days = Annotated[int, Field(ge=0, le=3660)]
Work = Literal["asked", "open", "handed-in"]
"""Which deferrals a reviewer looks for."""


class DeferralForm(Form):
    """§3.3.5: which categories are missing, for how many days from the grant (a choice of the
    catalogue), and why."""

    categories: Codes
    days: Days
    reason: Annotated[str, Field(max_length=500)]

    @property
    def asked(self) -> DeferralRequest:
        categories = tuple(dict.fromkeys(self.categories))
        return DeferralRequest(categories=categories, days=self.days, reason=self.reason)


class SubmitWithDeferralForm(SubmitForm):
    deferral: DeferralForm | None = None


class GrantForm(DeskForm):
    """`categories`: all that were asked for, unless said; `days` likewise. What is not granted the
    application is returned for, and `words` say why."""

    categories: Codes | None = None
    days: Days | None = None
    words: Words | None = None


class DeclineForm(DeskForm):
    words: Words


class ExtendForm(Form):
    """`last_day` ends at 24:00 in Shanghai."""

    last_day: date
    words: Words


class AcceptForm(Form):
    words: Words | None = None


ACCEPTED = AcceptForm()


class ReturnSupplementForm(Form):
    """`categories`: what is wrong."""

    categories: Codes
    words: Words
