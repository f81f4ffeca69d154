"""Pictures that were looked at and found right, kept beside their tests in ``golden``."""

import re


def check(svg, folder, name):
    path = folder / "golden" / f"{name}.svg"
    found = re.sub(
        r"\b(drawing|grids)(-[0-9a-f]{8})?-\d+", r"\1", svg
    )  # what tells pictures on one page apart
    assert found == path.read_text(encoding="utf-8"), f"if the new picture is right, write it to {path}"
