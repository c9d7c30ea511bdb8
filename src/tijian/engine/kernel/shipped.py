"""Where the data that travels with the product lies: in the installed package, else in the checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2]
CHECKOUT = PACKAGE.parents[1]


def shipped(*parts: str) -> Path:
    """Find shipped data (``catalogues``, ``cities``) by its path inside the distribution.

    Raises:
        FileNotFoundError: If neither the package nor the checkout holds it.
    """
    for root in (PACKAGE / "shipped", CHECKOUT):
        candidate = root.joinpath(*parts)
        if candidate.exists():
            return candidate
    raise FileNotFoundError("/".join(parts))


def fonts() -> Path:
    """Find the folder of the report fonts, which ``tools/build_assets.py`` fills.

    Raises:
        FileNotFoundError: If the fonts were not built.
    """
    folder = PACKAGE / "assets" / "fonts"
    if not any(folder.glob("*.otf")):
        raise FileNotFoundError("assets/fonts")
    return folder
