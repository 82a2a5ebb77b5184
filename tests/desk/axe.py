"""Pages in a browser looked at by axe, in light and dark, and for what hangs over their edge."""

from pathlib import Path

AXE = Path(__file__).parent / "vendor" / "axe" / "axe.min.js"


def unclean(guest, page, paths):
    """By path: pixels that hang over the edge, and what axe finds, as (rule, the first place)."""
    found = {}
    for path in paths:
        page.goto(guest.served.url + path)
        page.add_script_tag(path=AXE)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        page.emulate_media(color_scheme="light")
        light = page.evaluate("axe.run({resultTypes: ['violations']})")
        page.emulate_media(color_scheme="dark")
        dark = page.evaluate("axe.run({resultTypes: ['violations'], runOnly: ['color-contrast']})")
        wrong = [(one["id"], one["nodes"][0]["html"][:160]) for one in light["violations"] + dark["violations"]]
        found[path] = (over, wrong)
    return found
