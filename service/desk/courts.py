"""The courts a case can be before (Wet op de rechterlijke indeling), spelled as people write them."""

from __future__ import annotations

COURTS = (
    "Rechtbank Amsterdam",
    "Rechtbank Den Haag",
    "Rechtbank Gelderland",
    "Rechtbank Limburg",
    "Rechtbank Midden-Nederland",
    "Rechtbank Noord-Holland",
    "Rechtbank Noord-Nederland",
    "Rechtbank Oost-Brabant",
    "Rechtbank Overijssel",
    "Rechtbank Rotterdam",
    "Rechtbank Zeeland-West-Brabant",
    "Gerechtshof Amsterdam",
    "Gerechtshof Arnhem-Leeuwarden",
    "Gerechtshof Den Haag",
    "Gerechtshof 's-Hertogenbosch",
    "Hoge Raad",
)
