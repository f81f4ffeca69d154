"""The pages of the documentation are true: their code runs, one block after the other as a reader would, and
says what they quote.
"""

import re
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parents[1] / "docs"
PAGES = {
    page.stem: page for page in sorted(FOLDER.glob("*.md")) if "```python" in page.read_text(encoding="utf-8")
}


def names_after(page, folder, monkeypatch):
    """What is defined once all the code of a page has run."""
    blocks = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(folder)
    names = {"__name__": "__main__"}
    for number, block in enumerate(blocks):
        exec(compile(block, f"{page.name}, block {number}", "exec"), names)
    return names


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_the_code_of_a_page_runs_and_says_what_is_quoted(page, tmp_path, monkeypatch, capsys):
    names_after(page, tmp_path, monkeypatch)
    printed = capsys.readouterr().out
    said = printed.splitlines()
    for shown in re.findall(r"```text\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        assert shown in printed
    quoted = re.findall(r"print\(error\) +# (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(quoted) >= 2
    for quote in quoted:
        pieces = [piece.strip() for piece in quote.split("...")]
        assert any(all(piece in line for piece in pieces) for line in said), quote


def test_the_gradients_on_the_page_of_what_leaves_the_graph(tmp_path, monkeypatch):
    names = names_after(PAGES["leaving-the-graph"], tmp_path, monkeypatch)
    assert names["x"].grad == pytest.approx(3 * np.exp(2.0))
    assert (names["a"].grad, names["b"].grad) == (4.0, 2.0)
