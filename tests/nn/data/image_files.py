"""Image files as they are published, but small, and a web server that has them."""

from __future__ import annotations

import gzip
import hashlib
import http.server
import io
import struct
import tarfile
import threading
from contextlib import contextmanager

import numpy as np

from nn.data import image_sets
from nn.data.downloading import Published

CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}

NOWHERE = "http://127.0.0.1:9/"  # where nobody listens


def idx(array):
    """The bytes of an IDX file."""
    header = bytes([0, 0, CODES[array.dtype.str[1:]], array.ndim]) + struct.pack(
        f">{array.ndim}I", *array.shape
    )
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


IMAGES = np.arange(5 * 4 * 3, dtype=np.uint8).reshape(5, 4, 3) * 4
LABELS = np.array([3, 1, 4, 1, 5], np.uint8)
FILES = {
    "train-images-idx3-ubyte.gz": gzip.compress(idx(IMAGES)),
    "train-labels-idx1-ubyte.gz": gzip.compress(idx(LABELS)),
    "t10k-images-idx3-ubyte.gz": gzip.compress(idx(IMAGES[:2] // 2)),
    "t10k-labels-idx1-ubyte.gz": gzip.compress(idx(LABELS[:2])),
}


def published(*mirrors, files=FILES, algorithm="sha256"):
    checksums = {name: hashlib.new(algorithm, content).hexdigest() for name, content in files.items()}
    return Published("the small set", mirrors, checksums)


PHOTOGRAPHS = np.random.default_rng(0).integers(0, 256, (12, 3073), dtype=np.uint8)
PHOTOGRAPHS[:, 0] %= 10


def cifar_files():
    """Two records in each of CIFAR-10's six files."""
    names = [*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin"]
    return {name: PHOTOGRAPHS[2 * i : 2 * i + 2].tobytes() for i, name in enumerate(names)}


def archive(files):
    """A compressed archive as CIFAR-10's."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as content:
        for name, data in files.items():
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            member.size = len(data)
            content.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


@contextmanager
def server(files, cut=0):
    """A web server on this machine; it breaks the connection ``cut`` bytes before the end of a file.

    Gives its address and the list of what it was asked for.
    """
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            name = self.path.removeprefix("/")
            asked.append(name)
            if name not in files:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(files[name])))
            self.end_headers()
            self.wfile.write(files[name][: len(files[name]) - cut])

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{running.server_port}/", asked
        finally:
            running.shutdown()
            thread.join()


def small_set(folder, *mirrors, train=True, download=True, dtype=None, **options):
    return image_sets.labelled_images(
        "mnist()", published(*mirrors, **options), folder, train, download, dtype
    )


def put(folder, files):
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
