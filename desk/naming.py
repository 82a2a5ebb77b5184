"""What people call what they make: an alert, a report."""

from typing import Annotated

from pydantic import AfterValidator, Field


def _one_line(value: str) -> str:
    if not value.isprintable() or not value.strip():
        raise ValueError("should be one line of readable text")
    return value.strip()


Name = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_one_line)]
