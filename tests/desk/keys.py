"""Keys that count together where they come within a second, which on a slow machine two that are pressed do not."""

BOTH = """letter => {
  for (const key of ["g", letter])
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}"""


def go(page, letter):
    """Press g and that letter at once."""
    page.evaluate(BOTH, letter)
