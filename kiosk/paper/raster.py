"""A page as the picture a printer's head would burn: 203 dots an inch."""

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

DPI = 203


def raster(pdf: bytes, dpi: int = DPI) -> "Image":
    """The first page in grey, `dpi` dots an inch."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        picture: Image = page.render(scale=dpi / 72, grayscale=True).to_pil()
        page.close()
    finally:
        document.close()
    return picture


def png(pdf: bytes, dpi: int = DPI) -> bytes:
    """The same as PNG bytes, with its resolution."""
    out = io.BytesIO()
    raster(pdf, dpi).save(out, "PNG", dpi=(dpi, dpi))
    return out.getvalue()
