"""What goes along with one's words and is only ever kept sealed: a voice note, a drawing."""

from dataclasses import dataclass, field

from db.seal import Sealed, seal
from db.terms import Attachment

#: The names they have beside the event they belong to.
VOICE = "voice"
INK = "ink"


@dataclass(frozen=True, slots=True)
class Enclosed:
    """One of them, before it is sealed; `seconds` is how long a voice note lasts."""

    name: str
    media: str
    # Never in a log line or a test's report: it may be somebody's voice.
    content: bytes = field(repr=False)
    seconds: int = 0

    def sealed(self, public_key: str) -> tuple[Attachment, Sealed]:
        """What the log says of it, and what lies sealed beside the log."""
        sealed = seal(public_key, self.name, self.content)
        size = len(self.content)
        return Attachment(self.name, self.media, sealed.digest, size, self.seconds), sealed
