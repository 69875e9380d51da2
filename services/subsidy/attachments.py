"""Where subsidy keeps files."""


def key_of(talent_id: str, application_id: str, attachment_id: str) -> str:
    """Where a file is kept: all of a person's files are under one prefix."""
    return f"{prefix_of(talent_id)}{application_id}/{attachment_id}"


def prefix_of(talent_id: str) -> str:
    return f"subsidy/{talent_id}/"
