"""A course's files are graded each on its own: whatever one of them does, the others get what they deserve."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys

import pytest

from autograd_core import DomainError, GraphError
from autograd_core.grading import Grade, Grades, grade

EXERCISES = """
import numpy as np
import autograd_core as ac

def slope(x):
    return ac.tanh(x)

first = ac.Exercise("slope", slope, np.array([0.3, -1.2]), kind="gradient", points=2, seconds=0.5)
second = ac.Exercise("loss", lambda p, y: ((p - y) ** 2).mean(), (np.ones(4), np.zeros(4)), points=3)
"""
RIGHT_SLOPE = "import numpy as np\ndef slope(x): return 1 - np.tanh(x) ** 2\n"
RIGHT_LOSS = "import numpy as np\ndef loss(p, y): return np.mean((p - y) ** 2)\n"


@pytest.fixture
def course(tmp_path):
    """A folder with exercises and a function that grades these files."""
    if sys.platform == "emscripten":
        pytest.skip("in a browser there are no processes")
    (tmp_path / "exercises.py").write_text(EXERCISES)
    folder = tmp_path / "students"
    folder.mkdir()

    def graded(files, **options):
        for name, text in files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)
        return grade(tmp_path / "exercises.py", folder, processes=2, **options)

    graded.folder = folder
    return graded


def verdicts(grades):
    return {(row.student, row.exercise): row.verdict for row in grades.rows}


def test_right_wrong_and_missing_solutions_get_their_points(course):
    grades = course(
        {
            "ada.py": RIGHT_SLOPE + RIGHT_LOSS,
            "bob.py": "import numpy as np\ndef slope(x): return 1 - x**2\ndef loss(p, y): return np.sum((p - y) ** 2)\n",
            "cyd.py": RIGHT_LOSS + "def slope(x): ...\n",
        }
    )
    assert grades.totals() == {"ada": 5.0, "bob": 0.0, "cyd": 3.0}
    assert verdicts(grades)["cyd", "slope"] == "nothing here yet"
    assert grades.slips() == {"missing 1/m": {"loss": 1}, "y for x": {"slope": 1}}
    assert str(grades).splitlines()[:4] == [
        "student  slope  loss  total",
        "ada      2/2    3/3   5/5",
        "bob      0/2    0/3   0/5",
        "cyd      0/2    3/3   3/5",
    ]


CRASHES = {
    "ends its process": "import os\ndef slope(x): os._exit(3)\n",
    "is killed": "import os, signal\ndef slope(x): os.kill(os.getpid(), signal.SIGKILL)\n",
    "breaks the interpreter": "import ctypes\ndef slope(x): return ctypes.string_at(0)\n",
}
REASONS = {
    "ends its process": "with the code 3",
    "is killed": "by the signal SIGKILL",
    "breaks the interpreter": "by the signal SIGSEGV",
}


@pytest.mark.skipif(os.name == "nt", reason="processes end otherwise there")
def test_a_crash_costs_its_own_exercise_alone(course):
    files = {f"{name}.py": text + RIGHT_LOSS for name, text in CRASHES.items()}
    grades = course({**files, "ada.py": RIGHT_SLOPE + RIGHT_LOSS})
    for row in grades.rows:
        if row.student in CRASHES and row.exercise == "slope":
            assert row.verdict == "stopped"
            assert REASONS[row.student] in row.report
        else:
            assert row.verdict == "right"


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux")
def test_memory_is_limited(course):
    greedy = "import numpy as np\ndef slope(x): return np.ones(2**31)[:2]\n" + RIGHT_LOSS
    grades = course({"dan.py": greedy}, memory=512)
    assert "MemoryError" in grades.rows[0].report
    assert grades.totals() == {"dan": 3.0}


def test_what_never_ends_is_ended(course):
    loop = "def slope(x):\n    while True: pass\n" + RIGHT_LOSS
    stubborn = "import threading\ndef slope(x): threading.Event().wait()\n" + RIGHT_LOSS
    at_once = "while True: pass\n"
    grades = course({"loop.py": loop, "stubborn.py": stubborn, "at_once.py": at_once}, seconds=1.0)
    said = {(row.student, row.exercise): row.report for row in grades.rows}
    assert "It is still running after 0.5 seconds" in said["loop", "slope"]
    assert "It is still running after 0.5 seconds" in said["stubborn", "slope"]
    assert "The file is still running after 1 seconds" in said["at_once", "loss"]
    assert grades.totals() == {"at_once": 0.0, "loop": 3.0, "stubborn": 3.0}


def test_a_file_that_fails_keeps_what_it_had_defined(course):
    grades = course(
        {
            "half.py": RIGHT_SLOPE + "1 / 0\n" + RIGHT_LOSS,
            "none.py": "def slope(x)\n    return x\n",
            "guarded.py": RIGHT_SLOPE + RIGHT_LOSS + "if __name__ == '__main__':\n    1 / 0\n",
        }
    )
    said = {(row.student, row.exercise): row.report for row in grades.rows}
    assert "slope: right" in said["half", "slope"]
    assert "The file raises ZeroDivisionError: division by zero (line 3" in said["half", "loss"]
    assert "The file is no Python: expected ':' (line 1: def slope(x))" in said["none", "loss"]
    assert grades.totals() == {"guarded": 5.0, "half": 2.0, "none": 0.0}


def test_a_cell_of_a_notebook_costs_what_it_defines(course):
    sources = [
        "%matplotlib inline\nimport numpy as np",
        "1 / 0",
        "# Loss\n",
        RIGHT_LOSS,
        "def slope(x):\n    return 1 -",
    ]
    cells = [{"cell_type": "code", "source": text.splitlines(keepends=True)} for text in sources]
    cells[2]["cell_type"] = "markdown"
    grades = course({"eve.ipynb": json.dumps({"cells": cells}), "bad.ipynb": "{"})
    assert grades.totals() == {"bad": 0.0, "eve": 3.0}
    assert "The file raises ZeroDivisionError" in grades.rows[2].report
    assert "The file cannot be read" in grades.rows[0].report


def test_files_do_not_meet_each_other(course):
    writes = "open('here.txt', 'w').write('x')\nimport numpy as np\nnp.tanh = None\n" + RIGHT_LOSS
    reads = (
        "import os\nassert not os.path.exists('here.txt')\nprint('x' * 10**7)\n" + RIGHT_SLOPE + RIGHT_LOSS
    )
    grades = course(
        {"a.py": writes, "b.py": reads, "c/solution.py": RIGHT_SLOPE, "d/solution.py": RIGHT_SLOPE}
    )
    assert grades.totals() == {"a": 3.0, "b": 5.0, "c/solution": 2.0, "d/solution": 2.0}
    assert sorted(path.name for path in course.folder.iterdir()) == ["a.py", "b.py", "c", "d"]


def test_the_same_files_give_the_same_grades(course):
    files = {f"s{k}.py": f"import numpy as np\ndef slope(x): return {k} * (1 - x**2)\n" for k in range(4)}
    assert course(files) == course(files, seconds=50.0)


@pytest.mark.slow
def test_three_hundred_students_in_one_run(course, record_property):
    kinds = [
        RIGHT_SLOPE + RIGHT_LOSS,
        "def slope(x): return 1 - x**2\n",
        "import os\nos._exit(1)\n",
        "1 / 0\n",
    ]
    grades = course({f"{k:03}.py": kinds[k % 4] for k in range(300)})
    assert len(grades.rows) == 600
    assert sum(grades.totals().values()) == 5 * 75


# -- the tables --------------------------------------------------------------------------------------------------

ROWS = Grades(
    (
        Grade("ada", "loss", 3.0, 3.0, "right", (), "loss: right."),
        Grade("bob", "loss", 0.0, 3.0, "wrong", ("wrong sign", "missing 1/m"), "loss: wrong,\nby far"),
    )
)


def test_grades_are_written_as_csv_and_json(tmp_path):
    ROWS.save(tmp_path / "grades.csv")
    with open(tmp_path / "grades.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["student", "exercise", "points", "of", "verdict", "slips", "report"]
    assert rows[2] == ["bob", "loss", "0", "3", "wrong", "wrong sign; missing 1/m", "loss: wrong,\nby far"]
    ROWS.save(tmp_path / "grades.json")
    whole = json.loads((tmp_path / "grades.json").read_text(encoding="utf-8"))
    assert whole["totals"] == {"ada": 3.0, "bob": 0.0}
    assert whole["slips"] == {"missing 1/m": {"loss": 1}, "wrong sign": {"loss": 1}}
    assert whole["grades"][1]["slips"] == ["wrong sign", "missing 1/m"]
    with pytest.raises(DomainError, match=r"to \.csv or \.json, got 'grades\.xls'"):
        ROWS.save("grades.xls")


def test_grades_show_themselves_in_a_notebook():
    html = ROWS._repr_html_()
    assert "<td>bob</td><td>0/3</td>" in html
    assert "<td>missing 1/m</td><td>1 (loss 1)</td>" in html


def test_what_cannot_be_graded_is_refused(tmp_path):
    (tmp_path / "empty.py").write_text("x = 1\n")
    (tmp_path / "twice.py").write_text(EXERCISES + "third = ac.Exercise('loss', slope, 1.0)\n")
    (tmp_path / "exercises.py").write_text(EXERCISES)
    (tmp_path / "folder").mkdir()
    with pytest.raises(DomainError, match=r"empty\.py has no exercise: write neuron = "):
        grade(tmp_path / "empty.py", tmp_path)
    with pytest.raises(DomainError, match=r"two exercises of the name 'loss'"):
        grade(tmp_path / "twice.py", tmp_path)
    with pytest.raises(DomainError, match=r"there are no \.py and \.ipynb files"):
        grade(tmp_path / "exercises.py", tmp_path / "folder")
    with pytest.raises(DomainError, match=r"there is no file .*nobody\.py"):
        grade(tmp_path / "exercises.py", [tmp_path / "nobody.py"])


def test_where_there_are_no_processes_nothing_is_graded(tmp_path, monkeypatch):
    (tmp_path / "exercises.py").write_text(EXERCISES)
    (tmp_path / "ada.py").write_text(RIGHT_SLOPE)
    monkeypatch.setattr(sys, "platform", "emscripten")
    with pytest.raises(GraphError, match="in a process of its own, and in a browser there are none"):
        grade(tmp_path / "exercises.py", [tmp_path / "ada.py"])


# -- from a terminal, in a script, in a test ------------------------------------------------------------------------


def run(*arguments, folder):
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )


def test_the_command_prints_the_tables_and_writes_files(course, tmp_path):
    course({"ada.py": RIGHT_SLOPE, "bob.py": RIGHT_LOSS})
    done = run(
        "-m",
        "autograd_core",
        "grade",
        "exercises.py",
        "students",
        "--save",
        "grades.json",
        "--reports",
        folder=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert "ada: slope: right." in done.stdout
    assert "ada      2/2    0/3   2/5" in done.stdout
    assert json.loads((tmp_path / "grades.json").read_text(encoding="utf-8"))["totals"] == {
        "ada": 2.0,
        "bob": 3.0,
    }
    wrong = run("-m", "autograd_core", "grade", "exercises.py", "nobody.py", folder=tmp_path)
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("python -m autograd_core grade: grade(): there")


def test_a_script_without_its_guard_is_told_what_to_write(course, tmp_path):
    course({"ada.py": RIGHT_SLOPE})
    (tmp_path / "script.py").write_text(
        "from autograd_core.grading import grade\nprint(grade('exercises.py', 'students'))\n"
    )
    done = run("script.py", folder=tmp_path)
    assert 'in a script, call it under `if __name__ == "__main__":`' in done.stderr


def test_pytest_suites_have_the_fixtures(course, tmp_path):
    course({"ada.py": RIGHT_SLOPE})
    (tmp_path / "test_it.py").write_text(
        "import autograd_core as ac\n"
        "def test_right(check_solution):\n    assert check_solution(lambda x: x * x, lambda x: x**2, 3.0)\n"
        "def test_wrong(check_solution):\n    check_solution(lambda x: x, lambda x: x**2, 3.0, name='cube')\n"
        "def test_course(grade):\n    assert grade('exercises.py', 'students').totals() == {'ada': 2.0}\n"
    )
    done = run("-m", "pytest", "-q", "test_it.py", folder=tmp_path)
    assert "1 failed, 2 passed" in done.stdout, done.stdout
    assert "CheckError: cube: wrong." in done.stdout
    assert "ada      2/2    0/3   2/5" in done.stdout
