"""Which cases a reviewer wants to see."""

from shared.casework import forms
from shared.policy.subsidy import ChannelCode, SchemeCode


class Worklist(forms.Worklist):
    """Cases at one's desks, of a scheme or a channel."""

    scheme: SchemeCode | None = None
    channel: ChannelCode | None = None
