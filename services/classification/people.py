"""Persons and staff, in classification's own views of what identity publishes."""

from typing import Final

from services.identity.readings.persons import documents, persons
from services.identity.readings.staff import staff_at_desks

PERSONS: Final = persons("classification")
DOCUMENTS: Final = documents("classification")
STAFF_AT_DESKS: Final = staff_at_desks("classification")
