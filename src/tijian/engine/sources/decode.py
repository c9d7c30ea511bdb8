"""Bytes to text in the encodings Chinese offices really use, never by guessing silently."""

from __future__ import annotations

import codecs

from tijian.engine.kernel.faults import Fault, Refused

BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
NAMES = {"utf-8-sig": "UTF-8（有 BOM）", "utf-8": "UTF-8", "utf-16": "UTF-16", "gb18030": "GB18030"}


def decode(data: bytes, file: str) -> tuple[str, str]:
    """Read text: byte-order mark, then strict UTF-8, then strict GB18030 (which contains GBK and GB2312).

    Returns:
        The text and the name of its encoding.

    Raises:
        Refused: If no encoding fits (with the line of the damaged byte) or a NUL stands in the text.
    """
    text, encoding = _by_bom(data, file) or _without_bom(data, file)
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise Refused(
            [
                Fault(
                    "text.nul",
                    file,
                    f"第 {line} 行",
                    "",
                    "文本",
                    "文件里有空字符，多半不是 CSV 文本；请从原系统重新导出。",
                )
            ]
        )
    return text, NAMES[encoding]


def _by_bom(data: bytes, file: str) -> tuple[str, str] | None:
    for bom, encoding in BOMS:
        if data.startswith(bom):
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise Refused([_damaged(data, error, file, NAMES[encoding])]) from error
    return None


def _meant_as_utf8(data: bytes) -> bool:
    """Tell whether more Chinese characters read well as UTF-8 than bytes read badly.

    A UTF-8 file with one damaged byte may read as GB18030 without an error, as nonsense; GB18030 text
    hardly ever holds the three-byte patterns of Chinese in UTF-8.
    """
    text = data.decode("utf-8", "replace")
    return sum("\u4e00" <= c <= "\u9fff" for c in text) > text.count("\ufffd")


def _without_bom(data: bytes, file: str) -> tuple[str, str]:
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as utf8:
        if _meant_as_utf8(data):
            raise Refused([_damaged(data, utf8, file, "UTF-8")]) from utf8
        try:
            return data.decode("gb18030"), "gb18030"
        except UnicodeDecodeError as gb:
            # The encoding that reads further is the one the file was meant to be in.
            error, name = (utf8, "UTF-8") if utf8.start > gb.start else (gb, "GB18030")
            raise Refused([_damaged(data, error, file, name)]) from error


def _damaged(data: bytes, error: UnicodeDecodeError, file: str, name: str) -> Fault:
    # A codec that skips the mark counts from behind it.
    start = len(data) - len(error.object) + error.start
    line = data[:start].decode(error.encoding, "replace").count("\n") + 1
    return Fault(
        "text.damaged",
        file,
        f"第 {line} 行，第 {start + 1} 个字节",
        f"0x{data[start]:02X}",
        f"{name} 编码的文字",
        "这个字节读不成文字（从文件开头数起），文件可能在传送中损坏；请重新导出，或另存为 UTF-8。",
    )
