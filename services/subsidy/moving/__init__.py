"""A talent changes units while an allowance is paid: they say so, the new unit confirms, and the
payments go on as policy says."""
