"""What a talent sends: the recorded models, but an unknown field is a spelling mistake."""

from pydantic import ConfigDict

from services.subsidy.profile.model import Profile
from shared.domain.addresses import Address

_STRICT = ConfigDict(frozen=True, extra="forbid")


class AddressForm(Address):
    model_config = _STRICT


class ProfileForm(Profile):
    """Fields that are absent stay as they were; null empties one."""

    model_config = _STRICT

    registered_address: AddressForm | None = None
    current_address: AddressForm | None = None

    def recorded(self) -> tuple[Profile, frozenset[str]]:
        """The values, and the fields that were sent."""
        return Profile.model_validate(self.model_dump()), frozenset(self.model_fields_set)
