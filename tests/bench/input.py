"""What writing costs: pinyin and handwriting, which have no bare thing beside them."""

from tests.bench import handwriting, pinyin


def table():
    """Milliseconds against the limit of a key or a character."""
    limits = {"pinyin, a key of a sentence": 5, "pinyin, a key after": 5}
    for name, middle, worst in pinyin.rows():
        limit = next((f"≤ {ms} ms" for known, ms in limits.items() if name.startswith(known)), "")
        print(f"{name:44} {middle:10.2f} {worst:10.2f} ms   p50 p99  {limit}")
    for name, value, unit in handwriting.rows():
        limit = "≤ 30 ms" if "character" in name and unit == "ms" else ""
        print(f"{name:44} {value:10.2f} {unit:>13} {limit:>16}")
