"""The page of the detector says the thresholds that are shipped."""

from pathlib import Path

from picture.detector import Settings

PAGE = Path(__file__).parents[3] / "docs" / "crisis-detector.md"


def test_the_thresholds_of_the_page_are_the_shipped_ones():
    text = PAGE.read_text()
    assert f"are at least {Settings().watch:g};" in text
    assert f"are at least {Settings().alarm:g}." in text
