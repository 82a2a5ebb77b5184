"""Pages in a browser looked at by axe, in light and dark, and for what hangs over their edge."""

from pathlib import Path

AXE = Path(__file__).parent / "vendor" / "axe" / "axe.min.js"


def unclean(guest, page, paths):
    """By path: pixels that hang over the edge, and what axe finds."""
    found = {}
    for path in paths:
        page.goto(guest.served.url + path)
        found[path] = (overhang(page), faults(page))
    return found


def overhang(page):
    """Pixels of the page as it is, with its styles, that hang over its edge."""
    page.wait_for_load_state()
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def faults(page):
    """What axe finds on the page as it is, with its styles, as (rule, the first place)."""
    page.wait_for_load_state()
    page.add_script_tag(path=AXE)
    page.emulate_media(color_scheme="light")
    light = page.evaluate("axe.run({resultTypes: ['violations']})")
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate("axe.run({resultTypes: ['violations'], runOnly: ['color-contrast']})")
    page.emulate_media(color_scheme="light")
    return [(one["id"], one["nodes"][0]["html"][:160]) for one in light["violations"] + dark["violations"]]
