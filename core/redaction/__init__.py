"""Personal data in free text: found by its form and its check digits, replaced by the word for what it was."""

from core.redaction.kinds import Kind
from core.redaction.redactor import Redactor

__all__ = ["Kind", "Redactor"]
