"""What a notebook in a browser is to a kernel: it runs cells, holds the states of widgets, and moves them."""

import os
from contextlib import contextmanager

from jupyter_client.manager import start_new_kernel

from examples.build_notebooks import ROOT

OUTPUTS = ("stream", "display_data", "execute_result", "error")


class FrontEnd:
    """Attributes:
    states: of every widget, by its identity.
    """

    def __init__(self, client):
        self.states, self._client = {}, client

    def run(self, code):
        """Run a cell: the contents of its outputs."""
        outputs = self._until_idle(self._client.execute(code))
        assert [output for output in outputs if "ename" in output] == []
        return outputs

    def move(self, identity, **state):
        """Move a widget, as its view would: what comes into the output of the cell meanwhile."""
        data = {"method": "update", "state": state, "buffer_paths": []}
        message = self._client.session.msg("comm_msg", {"comm_id": identity, "data": data})
        self._client.shell_channel.send(message)
        return self._until_idle(message["header"]["msg_id"])

    def _until_idle(self, request):
        outputs = []
        while True:
            message = self._client.get_iopub_msg(timeout=120)
            kind, content = message["msg_type"], message["content"]
            if kind == "comm_open":
                self.states[content["comm_id"]] = content["data"]["state"]
            elif kind == "comm_msg" and content["data"]["method"] == "update":
                self.states[content["comm_id"]] |= content["data"]["state"]
            elif message["parent_header"].get("msg_id") == request and kind in OUTPUTS:
                outputs.append(content)
            elif (
                message["parent_header"].get("msg_id") == request and content.get("execution_state") == "idle"
            ):
                return outputs


@contextmanager
def front_end(settings):
    """A front end with a kernel of its own, without anybody's settings."""
    folders = dict.fromkeys(("JUPYTER_CONFIG_DIR", "IPYTHONDIR"), str(settings))
    environment = os.environ | folders | {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    quiet = ["--IPKernelApp.log_level=ERROR"]
    manager, client = start_new_kernel(kernel_name="python3", env=environment, extra_arguments=quiet)
    try:
        yield FrontEnd(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.cleanup_resources()
