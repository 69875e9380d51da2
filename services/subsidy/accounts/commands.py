"""What is asked of a talent's account."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class EnterAccount(BaseModel):
    """Checked by `numbers.py` already."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account_id: str
    number: str
    holder: str
    bank: str
    bank_name: str
    at: datetime
