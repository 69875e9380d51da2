"""Which cases a reviewer wants to see."""

from services.classification.deferral.forms import Work
from services.classification.events import ApplicationKind
from shared.casework import forms
from shared.casework.forms import Code
from shared.policy.base import TalentClassCode


class Worklist(forms.Worklist):
    """Cases at one's desks, of a class, a region or a kind, or where a deferral stands so."""

    talent_class: TalentClassCode | None = None
    region: Code | None = None
    kind: ApplicationKind | None = None
    deferral_standing: Work | None = None
