"""Where people reach the page."""

from desk.web.local import local_url
from klankbord.configuration import Configuration
from klankbord.folder import Folder


def page_of(read: Configuration) -> str:
    """Elsewhere where staff come in there, else where it is served on this machine, or will be."""
    if read.page.for_staff:
        return read.page.address
    try:
        return Folder(read.data).page.read_text()
    except FileNotFoundError:
        return local_url(read.page.host, read.page.port)
