"""Public holidays of a country, or of a part of it, as the package `holidays` reckons them for any year, Easter and all."""

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any

from holidays import country_holidays, list_supported_countries

from core.settings import nearest


@cache
def _places() -> Mapping[str, list[str]]:
    """Countries by their two letters (ISO 3166-1), and the parts that each has (ISO 3166-2, without the country)."""
    return list_supported_countries(include_aliases=False)


def place(value: Any) -> Any:  # Any: whatever stands in the YAML
    """As "NL" or "DE-BY". Raises ValueError with the nearest valid name."""
    if value is False:
        raise ValueError('is no country: YAML reads NO as "no"; write Norway as "NO", in quotes')
    if value is None:
        return None
    country, _, part = str(value).partition("-")
    if country not in _places():
        raise ValueError(
            f'"{value}" is no country with known holidays; write its two letters, as in NL; {nearest(country.upper(), sorted(_places()))}'
        )
    if part and part not in _places()[country]:
        raise ValueError(
            f'"{part}" is no part of {country} with holidays of its own; {nearest(part, _places()[country])}'
        )
    return value


@lru_cache(maxsize=1000)
def holidays_of(where: str, year: int) -> frozenset[date]:
    """The holidays of that place in that year."""
    country, _, part = where.partition("-")
    return frozenset(country_holidays(country, subdiv=part or None, years=year, expand=False))
