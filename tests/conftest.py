"""What pytest leaves alone, and what it says at the end: why tests were skipped, and how long the trips are."""

from collections import Counter

# The scripts that compute references need PyTorch.
collect_ignore_glob = ["*/freeze_reference.py"]


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
    trips = [text for report in reports for kind, text in report.user_properties if kind == "trip"]
    if trips:
        terminalreporter.section("functions of the project entered by a call", "-")
    for trip in sorted(trips):
        terminalreporter.line(trip)
