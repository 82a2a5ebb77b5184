"""How a source's own input names a mention or an author: what is looked for in bytes that are no message of ours."""

import re
from functools import lru_cache


@lru_cache(maxsize=4096)
def written(name: str) -> bytes:
    """A pattern of how a source's own input writes that id: whole, or without what was put before it to make it global.

    A bare number stands for too much else; it counts where it is quoted, called an id, or the first cell of a row.
    """
    native = name.partition(":")[2]
    if not native.strip("/"):
        return b"(?!)"
    own = re.escape(native.rstrip("/").rpartition("/")[2].encode())
    whole = rb"(?<![\w-])" + re.escape(native.encode()) + rb"(?![\w-])"
    if own.isdigit():
        return whole + rb"|\"" + own + rb"\"|id\"?\s*[:=]\s*" + own + rb"(?!\w)|(?m:^)" + own + rb"[,;\t]"
    return whole + rb"|(?<![\w-])" + own + rb"(?![\w-])"
