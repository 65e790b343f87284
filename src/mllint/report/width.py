"""How much room text takes on a terminal, and text that cannot disturb one."""

import unicodedata

_TAB = 4
#: Control characters become their pictures, so that no source text can send commands to a terminal.
_PICTURES: dict[int, str | int] = {
    **{code: 0x2400 + code for code in range(0x20)},
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
    # Bidirectional controls would reorder what people read; line separators would break the frame.
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x2028, 0x2029), 0xFFFD),
    # Lone surrogates cannot be written at all.
    **dict.fromkeys(range(0xD800, 0xE000), 0xFFFD),
}


def visible(text: str) -> str:
    """A line of source as it can be shown: tabs to the next stop, control characters as pictures."""
    if text.isascii() and text.isprintable():
        return text
    return text.expandtabs(_TAB).translate(_PICTURES)


def one_line(text: str) -> str:
    """Text for the inside of a line: nothing in it can end the line or command a terminal."""
    return text if text.isprintable() else text.translate(_PICTURES)


def display_width(text: str) -> int:
    """Columns that visible text takes: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf")
        else 2
        if unicodedata.east_asian_width(character) in "WF"
        else 1
        for character in text
    )
