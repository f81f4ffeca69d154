"""Tests in a browser run where there is one."""

from tests.viz.browser import BROWSER

collect_ignore = [] if BROWSER else ["test_steps_in_browser.py"]
