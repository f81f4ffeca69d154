"""What pytest leaves alone, and what it says at the end: why tests were skipped, how long the trips are, and which
slips are named.
"""

from collections import Counter

# The scripts that compute references need PyTorch; what runs inside a browser needs the browser.
collect_ignore_glob = ["*/freeze_reference.py", "pyodide/inside.py"]

SECTIONS = {
    "trip": "functions of the project entered by a call",
    "slip": "slips that were planted, and named",
}
"""What tests record to be read in the end."""


def pytest_terminal_summary(terminalreporter):
    reasons = Counter(
        report.longrepr[-1].removeprefix("Skipped: ") for report in terminalreporter.stats.get("skipped", [])
    )
    if reasons:
        terminalreporter.section("why tests were skipped", "-")
    for reason, count in reasons.most_common():
        terminalreporter.line(f"{count:6,}  {reason}")
    reports = [
        report for key in ("passed", "xfailed", "failed") for report in terminalreporter.stats.get(key, [])
    ]
    for kind, title in SECTIONS.items():
        texts = [text for report in reports for key, text in report.user_properties if key == kind]
        if texts:
            terminalreporter.section(title, "-")
        for text in sorted(texts) if kind == "trip" else texts:
            terminalreporter.line(text)
