"""What a PDF file is made of: dictionaries, arrays, texts, streams. reportlab numbers and writes
them; streams are written here, since an archive wants a line end before their last word."""

import zlib
from typing import Any

from reportlab.pdfbase import pdfdoc


def dictionary(**entries: Any) -> Any:
    return pdfdoc.PDFDictionary(entries)


def array(entries: Any = ()) -> Any:
    return pdfdoc.PDFArray(list(entries))


def text(words: str) -> Any:
    return pdfdoc.PDFString(words)


def stream(document: Any, content: bytes | str, *, plain: bool = False, **entries: Any) -> Any:
    """A stream in the document, packed unless it has to stay `plain`; the reference to it."""
    raw = content.encode("latin-1") if isinstance(content, str) else content
    if not plain:
        raw = zlib.compress(raw)
        entries["Filter"] = "/FlateDecode"
    return document.Reference(_Stream(dictionary(**entries, Length=len(raw)), raw))


def numbered(document: Any, entry: Any) -> str:
    """Give an object its number in the document; the reference to it, such as `12 0 R`."""
    reference: bytes = document.Reference(entry).format(document)
    return reference.decode()


class Written(pdfdoc.PDFObject):  # type: ignore[misc]
    """An object whose bytes are put together elsewhere: much faster for the many small ones."""

    __RefOnly__ = 1

    def __init__(self) -> None:
        self.content = b""

    def format(self, document: Any) -> bytes:
        return self.content


class _Stream(pdfdoc.PDFObject):  # type: ignore[misc]
    """A dictionary with bytes behind it."""

    __RefOnly__ = 1

    def __init__(self, entries: Any, content: bytes) -> None:
        self.entries, self.content = entries, content

    def format(self, document: Any) -> bytes:
        head: bytes = self.entries.format(document)
        return head + b"\nstream\n" + self.content + b"\nendstream\n"
