"""Persons and staff, in subsidy's own views of what identity publishes."""

from typing import Final

from services.identity.readings.persons import documents, persons
from services.identity.readings.staff import staff_at_desks

PERSONS: Final = persons("subsidy")
DOCUMENTS: Final = documents("subsidy")
STAFF_AT_DESKS: Final = staff_at_desks("subsidy")
