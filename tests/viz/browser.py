"""A page opened, driven by a script and read back, in a browser without a window."""

import html
import json
import re
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER = next((path for path in map(shutil.which, NAMES) if path), None)


def opened(page, folder):
    """The document after its scripts have run."""
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8")
    options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
    ]
    done = subprocess.run(
        [
            BROWSER,
            *options,
            f"--user-data-dir={folder / 'profile'}",
            "--dump-dom",
            "--virtual-time-budget=20000",
            file.as_uri(),
        ],
        capture_output=True,
        check=True,
    )
    return done.stdout.decode()


def driven(page, script, folder):
    """What a script finds in a page: it runs last, and returns something that JSON can hold.

    The page's policy allows no script but its own, so it is taken out here.
    """
    page, count = re.subn(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    assert count == 1
    body = (
        "<pre id='found'></pre><script>(async () => { let found; try { found = await (async () => {"
        f"{script}"
        "})() } catch (error) { found = String(error) } "
        "document.getElementById('found').textContent = JSON.stringify(found) })()</script></body>"
    )
    dom = opened(page.replace("</body>", body), folder)
    found = re.search(r'<pre id="found">(.*?)</pre>', dom, re.DOTALL)
    return json.loads(html.unescape(found[1]))
