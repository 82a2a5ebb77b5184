"""Where people reach the page."""

from klankbord.configuration import Configuration
from klankbord.folder import Folder


def page_of(read: Configuration) -> str:
    """Elsewhere where staff come in there, else where it is served on this machine, or will be."""
    served = Folder(read.data).page
    if read.page.for_staff:
        return read.page.address
    return served.read_text() if served.exists() else f"http://{read.page.host}:{read.page.port}"
