"""What may stand after a field's name: one field and value become a node, or a sentence says what is wrong."""

import re

from core.findings import AGREED, ANY, BY_FIELD, OTHERWISE, SEVERITIES, UNCERTAIN
from core.query import And, AnyNode, Comparison, Field, FieldName, Handle, Tag
from core.settings import nearest
from core.types import Kind, Visibility
from core.words import fold
from playbook import _foreign

NUMBERS = {FieldName.FOLLOWERS, FieldName.ENGAGEMENT}
_LANGUAGES = {
    "dutch": "nl", "nederlands": "nl", "english": "en", "engels": "en", "german": "de", "duits": "de",
    "french": "fr", "frans": "fr", "spanish": "es", "spaans": "es",
}  # fmt: skip
_DUTCH = {
    "positief": "positive", "neutraal": "neutral", "negatief": "negative", "onzeker": "uncertain",
    "klacht": "complaint", "vraag": "question", "lof": "praise", "suggestie": "suggestion", "koop": "purchase", "anders": "other",
    "hinder": "minor", "ernstig": "serious", "kritiek": "critical",
}  # fmt: skip
"""Dutch for labels that there is a list of."""
_NUMBER = re.compile(r"(\d{1,3}(?:[.,_]\d{3})+|\d+)([km]?)")
_RANGE = re.compile(r"\[\s*(\S+)\s+TO\s+(\S+)\s*\]", re.IGNORECASE)
_COMPARED = re.compile(r"(>=|<=|>|<)\s*(\S+)")


class BadValueError(ValueError):
    """The value does not fit the field; the text is a sentence."""


def node(name: str, comparison: Comparison, value: str, column: int) -> AnyNode:
    """The node of `name` `comparison` `value`, names of other tools translated. Raises BadValueError with a sentence."""
    if name in _foreign.AS_TAG:
        return Tag(name=fold(value.lstrip("#")), column=column)
    if name in _foreign.AS_HANDLE:
        return Handle(name=value.lstrip("@").casefold(), column=column)
    field = FieldName(_foreign.RENAMED.get(name, name))
    if field in NUMBERS:
        return _number_node(field, comparison, value, column)
    if comparison is not Comparison.IS:
        raise BadValueError(f"{field}: is not a number; write {field}:{value}")
    return Field(name=field, value=_text_value(field, value), column=column)


def _number_node(field: FieldName, comparison: Comparison, value: str, column: int) -> AnyNode:
    between = _RANGE.fullmatch(value)
    if between:
        low = Field(name=field, value=_number(between[1]), comparison=Comparison.AT_LEAST, column=column)
        high = Field(name=field, value=_number(between[2]), comparison=Comparison.AT_MOST, column=column)
        return And(parts=(low, high), column=column)
    compared = _COMPARED.fullmatch(value)
    if compared and comparison is Comparison.IS:
        comparison, value = Comparison(compared[1]), compared[2]
    return Field(name=field, value=_number(value), comparison=comparison, column=column)


def _number(value: str) -> str:
    found = _NUMBER.fullmatch(value.lower())
    if not found or len(value) > 15:
        raise BadValueError(f"{value!r} is not a whole number, as in followers>1000 or followers>=10k")
    return str(int(re.sub(r"[.,_]", "", found[1])) * {"": 1, "k": 1000, "m": 1_000_000}[found[2]])


def _text_value(field: FieldName, value: str) -> str:
    value = value.strip().casefold()
    match field:
        case FieldName.LANGUAGE:
            if not re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]+)*", value):
                raise BadValueError(
                    f"{value!r} is not a language; write {_LANGUAGES.get(value, 'two letters, as in lang:nl')}"
                )
        case FieldName.COUNTRY:
            if not re.fullmatch(r"[a-z]{2}", value):
                raise BadValueError(f"{value!r} is not a country; write its two letters, as in country:nl")
        case FieldName.KIND:
            value = _chosen("kind", _foreign.KINDS.get(value, value), [k.value for k in Kind])
        case FieldName.VISIBILITY:
            value = _chosen("visibility", value, [v.value for v in Visibility])
        case FieldName.SEVERITY:
            value = _chosen(field.value, _DUTCH.get(value, value), list(SEVERITIES))
        case FieldName.CHECKED:
            value = _chosen(field.value, _DUTCH.get(value, value), [AGREED, OTHERWISE, ANY])
        case FieldName.SENTIMENT | FieldName.INTENT:
            value = _chosen(field.value, _DUTCH.get(value, value), sorted((*BY_FIELD[field].labels, UNCERTAIN)))
        case FieldName.SITE:
            return _site(value)
        case FieldName.AUTHOR:
            value = value.removeprefix("@")
        case _:
            pass
    if not value:
        raise BadValueError(f"{field}: has no value")
    if "*" in value or "?" in value:
        raise BadValueError(f"* and ? work in words, not in {field}: values; list the values, as in {field}:(a OR b)")
    return value


def _chosen(field: str, value: str, valid: list[str]) -> str:
    if value not in valid:
        raise BadValueError(f"{value!r} is not a {field}; {nearest(value, valid)}")
    return value


def _site(value: str) -> str:
    host = re.sub(r"^https?://", "", value).removeprefix("*.").removeprefix("www.").removesuffix("/")
    if not host or not re.fullmatch(r"[\w.:-]+", host):
        raise BadValueError(f"{value!r} is not a site; write the host name alone, as in site:nu.nl")
    return host
