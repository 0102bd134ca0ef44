"""Text that has broken programs: markup, formulas, formats, directions, rare and broken characters.

`NASTY` holds more than 500 strings as a citizen could type, paste or scan them.
"""

_MARKUP = [
    "<script>alert(1)</script>",
    "<img src='file:///etc/passwd'>",
    '<img src="http://127.0.0.1:9/x" onerror=alert(1)>',
    "<a href='javascript:alert(1)'>点我</a>",
    "<b>粗</b><br/><i>斜",
    "<para><img src='/etc/hosts' width='9'/></para>",
    "<font name='Helvetica' size=900>大</font>",
    "<!-- 注释 -->",
    "<![CDATA[ x ]]>",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "<svg onload=alert(1)>",
    "&lt;b&gt; &amp;amp; &#x4e2d; &nbsp;",
    "**粗体** _斜_ [链接](http://127.0.0.1) ![图](file:///etc/passwd)",
    "{{ 7*7 }} {% for x in y %} ${7*7} #{7*7} <%= 7*7 %>",
]
_CODE = [
    "'; DROP TABLE event; --",
    "\" OR \"\"=\"",
    "\\'); SELECT pg_sleep(9); --",
    "%s %d %n %x %(a)s {0} {a!r} %1 %2",
    "\\N \\. \\t \\x00 \\u4e2d \\",
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "=HYPERLINK(\"http://127.0.0.1\",\"x\")",
    "=cmd|'/C calc'!A0",
    "\t=1+1",
    "a,b;c|d\t\"e\"\r\n'f'",
    "../../../../etc/passwd",
    "C:\\Windows\\con.txt", "~/.ssh/id_rsa", "$(reboot) `reboot` ; reboot",
    "{\"code_key\":\"0000\",\"a\":[1,2,{}]}",
    "\"code_key\":\"00000000000000000000000000000000\"",
    "null", "None", "NaN", "Infinity", "-0", "1e999", "0x7f", "true", "[]", "{}",
    "http://127.0.0.1:9/t/AAAABBBBCCCC", "tel:110", "mailto:a@b.c", "file:///etc/passwd",
]  # fmt: skip
_SIGNS = [
    "𠮷野家", "𬇕𫖮𬺈",
    "㐀㐁㐂", "𰻞𰻝", "𱍐", "\U00031350", "\U0002ebf0", "\ue000\uf8ff\U000f0000",
    "葛\U000e0100葛", "邊\ufe00", "👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "e\u0301 é", "ﷺ", "ก็็็็็็็็็็", "Z̷͇͘a̶l̸g̵o̴",
    "שלום", "مرحبا بالعالم", "\u202eabc\u202c", "\u2066abc\u2069", "\u200b\u200c\u200d\ufeff",
    "ﬁ ﬃ Å Ω ⅷ ㎏ ①", "한국어 각", "ひらがな カタカナ ﾊﾝｶｸ", "Ёлка Їжак", "Việt Nam", "ǅ ß ſ İ ı",
    "\x00a", "\x01\x07\x1b[31mred\x1b[0m", "\x7f\x80\x9f", "\ufffe\uffff\U0001ffff", "\ufffd",
    "a\u2028b\u2029c", "a\r\nb\rc", "\u3000　", "\u00a0", "\u2800", "\u3164", "\ud83d",
]  # fmt: skip
_LONG = [
    "长" * 1000,
    "W" * 1000,
    "a " * 500,
    "\n" * 200,
    "https://" + "x" * 300,
    "。" * 300,
    "🀄" * 200,
]

_AROUND = (
    "{}", "您好，{}，谢谢", "{}{}", " {} ", "“{}”", "<{}>", "'{}", "{}\n第二行", "({})",
    "等了{}个小时", "a{}b", "{}。", "&{};",
)  # fmt: skip

NASTY = tuple(
    dict.fromkeys(
        around.replace("{}", seed) for seed in _MARKUP + _CODE + _SIGNS for around in _AROUND
    )
) + tuple(_LONG)
