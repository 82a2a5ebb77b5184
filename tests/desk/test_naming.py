"""What people call what they make."""

import pytest
from pydantic import TypeAdapter, ValidationError

from desk.naming import Name

NAME = TypeAdapter(Name)


def test_a_name_is_kept_without_the_space_around_it():
    assert NAME.validate_python("  Elke maandag  ") == "Elke maandag"


@pytest.mark.parametrize("name", ["", "   ", "two\nlines", "hidden\u202eemit", "a" * 81])
def test_what_is_not_one_line_of_readable_text_is_no_name(name):
    with pytest.raises(ValidationError):
        NAME.validate_python(name)
