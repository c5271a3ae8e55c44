"""The order of mixed left-to-right and right-to-left text: the Unicode Bidirectional Algorithm (UAX #9).

Explicit embeddings, overrides and isolates are not interpreted: the repertoire shows them as visible
characters (see repertoire), so that no text can pose as another.
"""

import unicodedata
from collections.abc import Sequence

_STRONG = {"L": 0, "R": 1, "AL": 1}
_NEUTRAL = frozenset({"B", "S", "WS", "ON"})
_OPENING = "([{⁅⁽₍〈❨❪❬❮❰❲❴⟦⟨⟪⟬⟮"
_CLOSING = ")]}⁆⁾₎〉❩❫❭❯❱❳❵⟧⟩⟫⟭⟯"
_DEEPEST_BRACKETS = 63
_CLOSING_OF = dict(zip(_OPENING, _CLOSING, strict=True))


def is_right_to_left(char: str) -> bool:
    """Whether the character itself runs right to left (Hebrew, Arabic, their marks of direction)."""
    return unicodedata.bidirectional(char) in ("R", "AL")


def base_level(text: str) -> int:
    """0 or 1: the direction of a paragraph, by its first strong character (rules P2 and P3)."""
    for char in text:
        level = _STRONG.get(unicodedata.bidirectional(char))
        if level is not None:
            return level
    return 0


def levels(text: str, base: int) -> list[int]:
    """The embedding level of each character of one paragraph; even runs rightwards, odd leftwards."""
    kinds = [_kind(char) for char in text]
    start = "R" if base else "L"
    _resolve_weak(kinds, start)
    _resolve_brackets(text, kinds, start)
    _resolve_neutral(kinds, start)
    return [_implicit_level(kind, base) for kind in kinds]


def visual_order(run_levels: Sequence[int]) -> list[int]:
    """The indices of a line's runs from left to right (rule L2)."""
    order = list(range(len(run_levels)))
    lowest_odd = min((level for level in run_levels if level % 2), default=0)
    for level in range(max(run_levels, default=0), max(lowest_odd, 1) - 1, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and run_levels[order[end]] >= level:
                end += 1
            order[start:end] = reversed(order[start:end])
            start = max(end, start + 1)
    return order


def _kind(char: str) -> str:
    kind = unicodedata.bidirectional(char) or "L"
    # Controls the repertoire lets through have no say in the order.
    return "BN" if kind in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI") else kind


def _resolve_weak(kinds: list[str], start: str) -> None:
    """Rules W1 to W7: marks, numbers and the signs around them."""
    previous = strong = start
    for i, kind in enumerate(kinds):
        if kind in ("NSM", "BN"):
            kind = previous  # W1
        elif kind == "EN" and strong == "AL":
            kind = "AN"  # W2
        if kind in ("L", "R", "AL"):
            strong = kind
        kinds[i] = previous = kind
    for i, kind in enumerate(kinds):
        if kind == "AL":
            kinds[i] = "R"  # W3
    for i in range(1, len(kinds) - 1):
        before, after = kinds[i - 1], kinds[i + 1]
        if before == after and (
            (kinds[i] == "ES" and before == "EN") or (kinds[i] == "CS" and before in ("EN", "AN"))
        ):
            kinds[i] = before  # W4
    _resolve_terminators(kinds)
    strong = start
    for i, kind in enumerate(kinds):
        if kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[i] = "L"  # W7
        elif kind in ("ES", "ET", "CS"):
            kinds[i] = "ON"  # W6


def _resolve_terminators(kinds: list[str]) -> None:
    """Rule W5: signs such as % and £ next to a European number belong to it."""
    i = 0
    while i < len(kinds):
        end = i
        while end < len(kinds) and kinds[end] == "ET":
            end += 1
        touches_number = (i > 0 and kinds[i - 1] == "EN") or (end < len(kinds) and kinds[end] == "EN")
        if end > i and touches_number:
            kinds[i:end] = ["EN"] * (end - i)
        i = max(end, i + 1)


def _resolve_brackets(text: str, kinds: list[str], start: str) -> None:
    """Rule N0: both brackets of a pair take the same direction."""
    for opened, closed in _bracket_pairs(text, kinds):
        inside = {_direction(kind) for kind in kinds[opened + 1 : closed]} - {""}
        if start in inside:
            direction = start
        elif inside:
            before = (_direction(kinds[i]) for i in range(opened - 1, -1, -1))
            outside = next((d for d in before if d), start)
            direction = outside if outside in inside else start
        else:
            continue
        for bracket in (opened, closed):
            kinds[bracket] = direction
            for mark in range(bracket + 1, len(text)):
                if unicodedata.bidirectional(text[mark]) != "NSM":
                    break
                kinds[mark] = direction


def _bracket_pairs(text: str, kinds: list[str]) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    waiting: list[tuple[str, int]] = []
    for i, char in enumerate(text):
        if kinds[i] != "ON":
            continue
        if char in _CLOSING_OF:
            if len(waiting) == _DEEPEST_BRACKETS:
                break
            waiting.append((_CLOSING_OF[char], i))
        elif char in _CLOSING:
            for depth in range(len(waiting) - 1, -1, -1):
                if waiting[depth][0] == char:
                    pairs.append((waiting[depth][1], i))
                    del waiting[depth:]
                    break
    return sorted(pairs)


def _resolve_neutral(kinds: list[str], start: str) -> None:
    """Rules N1 and N2: spaces and punctuation go with their surroundings, or with the paragraph."""
    i = 0
    while i < len(kinds):
        end = i
        while end < len(kinds) and kinds[end] in _NEUTRAL:
            end += 1
        if end > i:
            before = _direction(kinds[i - 1]) if i else start
            after = _direction(kinds[end]) if end < len(kinds) else start
            kinds[i:end] = [before if before == after else start] * (end - i)
        i = max(end, i + 1)


def _direction(kind: str) -> str:
    """L or R as neutrals see it: numbers count as right to left (N1); nothing for a neutral."""
    return "L" if kind == "L" else "R" if kind in ("R", "EN", "AN") else ""


def _implicit_level(kind: str, base: int) -> int:
    """Rules I1 and I2."""
    if base % 2:
        return base if kind == "R" else base + 1
    return base + {"L": 0, "R": 1}.get(kind, 2)
