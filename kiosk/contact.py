"""How a citizen can be reached: only ever kept sealed, and opened only for whoever has the key."""

import json
from dataclasses import asdict, dataclass

#: The name it has beside the event it belongs to.
SEALED_AS = "contact"
#: The name of all that was said in an integrity case.
SAID_AS = "said"
PHONE_LENGTH = 11


@dataclass(frozen=True, slots=True)
class Contact:
    """A mobile number, an address to send to or come to; empty where it was not given."""

    phone: str = ""
    address: str = ""

    @property
    def phone_whole(self) -> bool:
        """A mobile number of 11 digits that begins with 1."""
        return len(self.phone) == PHONE_LENGTH and self.phone.startswith("1")

    @property
    def given(self) -> bool:
        return bool(self.phone or self.address)

    def write(self) -> str:
        """What is sealed."""
        return json.dumps(asdict(self), ensure_ascii=False)


NOT_GIVEN = Contact()


def read(text: str) -> Contact:
    """What was sealed."""
    told = json.loads(text)
    return Contact(**{name: told.get(name, "") for name in ("phone", "address")})
