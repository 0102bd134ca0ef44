"""What a PDF says of itself: its tags in reading order, its title and author, what grey means."""

from collections.abc import Sequence
from struct import pack
from typing import Any
from xml.sax.saxutils import escape

from kiosk.paper.marks import About, Block
from kiosk.paper.objects import Written, dictionary, numbered, stream, text

PRODUCER = "Zhaocha"


def structure(
    document: Any,
    blocks: Sequence[Block],
    tagged: Sequence[list[int]],
    places: dict[int, list[tuple[str, int]]],
) -> Any:
    """The tags: which marks are a heading, a paragraph, a cell of a table, in reading order.

    `tagged` is the order of blocks on each page; `places` where the marks of a block are, as the
    page's reference and the number there.
    """
    elements = [Written() for _ in blocks]
    refs = [numbered(document, element) for element in elements]
    root = dictionary(Type="/StructTreeRoot")
    top = numbered(document, root)
    held: list[list[str]] = [[] for _ in blocks]
    for number, block in enumerate(blocks):
        if number:
            held[block.within].append(refs[number])
        for page, place in places.get(number, ()):
            held[number].append(f"<</Type/MCR/Pg {page}/MCID {place}>>")
    for number, (block, element) in enumerate(zip(blocks, elements, strict=True)):
        within = refs[block.within] if number else top
        kids = " ".join(held[number])
        element.content = f"<</Type/StructElem/S/{block.role}/P {within}/K[{kids}]".encode()
        if block.says:
            element.content += b"/Alt" + text(block.says).format(document)
        if block.role == "TH":
            element.content += b"/A<</O/Table/Scope/Column>>"
        element.content += b">>"
    pages = (f"{page} [{' '.join(refs[b] for b in order)}]" for page, order in enumerate(tagged))
    root.dict.update(
        K=refs[0],
        ParentTree=document.Reference(dictionary(Nums=f"[{' '.join(pages)}]")),
        ParentTreeNextKey=len(tagged),
    )
    return top


def xmp(about: About) -> bytes:
    """The same facts as in the information dictionary, and what kind of PDF this is."""
    title, author, language = (escape(s) for s in (about.title, about.author, about.language))
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>1</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></rdf:Description>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<pdf:Producer>{PRODUCER}</pdf:Producer></rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>""".encode()


def output_intent(document: Any) -> Any:
    """What grey means here: a plain ICC profile with a gamma of 2.2."""
    return dictionary(
        Type="/OutputIntent",
        S="/GTS_PDFA1",
        OutputConditionIdentifier=text("Gray gamma 2.2"),
        Info=text("Gray gamma 2.2"),
        DestOutputProfile=stream(document, _grey_profile(), N=1),
    )


def _grey_profile() -> bytes:
    """The smallest ICC profile of a grey printer or screen (ICC.1:2001-04)."""
    name = b"Gray gamma 2.2\0"
    white = pack(">3i", 0xF6D6, 0x10000, 0xD32D)
    tags = {
        b"desc": b"desc\0\0\0\0" + pack(">I", len(name)) + name + bytes(4 + 4 + 2 + 1 + 67),
        b"cprt": b"text\0\0\0\0No copyright, use freely\0",
        b"wtpt": b"XYZ \0\0\0\0" + white,
        b"kTRC": b"curv\0\0\0\0" + pack(">IH", 1, round(2.2 * 256)),
    }
    table, data, start = b"", b"", 128 + 4 + 12 * len(tags)
    for sign, content in tags.items():
        table += pack(">4sII", sign, start + len(data), len(content))
        data += content + bytes(-len(content) % 4)
    body = pack(">I", len(tags)) + table + data
    head = pack(
        ">I4sI4s4s4s6H4s4sI4s4sQI12s",
        128 + len(body), b"", 0x02100000, b"mntr", b"GRAY", b"XYZ ",
        2026, 1, 1, 0, 0, 0, b"acsp", b"", 0, b"", b"", 0, 0, white,
    )  # fmt: skip
    return head + bytes(128 - len(head)) + body
