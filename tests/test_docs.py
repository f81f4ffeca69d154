"""The pages of the documentation are true: their code runs, one block after the other as a reader would."""

import re
from pathlib import Path

import pytest

PAGES = sorted((Path(__file__).parents[1] / "docs").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_code_of_a_page_runs(page, tmp_path, monkeypatch):
    blocks = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "__main__"}
    for number, block in enumerate(blocks):
        exec(compile(block, f"{page.name}, block {number}", "exec"), names)


def test_the_messages_that_the_page_on_changes_quotes_are_said(capsys, tmp_path, monkeypatch):
    [page] = [page for page in PAGES if page.stem == "changing-underneath"]
    test_the_code_of_a_page_runs(page, tmp_path, monkeypatch)
    said = capsys.readouterr().out
    quoted = re.findall(r"print\(error\) +# (.*?) ?\.\.\.", page.read_text(encoding="utf-8"))
    assert len(quoted) >= 2
    for words in filter(None, quoted):
        assert words in said
