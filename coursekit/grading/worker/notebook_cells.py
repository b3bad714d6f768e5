"""Execute notebook cells in this process, with the outputs that a Jupyter kernel would send."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from typing import Any

from ipykernel.compiler import XCachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.session import Session
from traitlets import Type
from traitlets.config import Config

from coursekit.grading.protocol.messages import Output

INLINE = "module://matplotlib_inline.backend_inline"


_session = Session(key=b"")  # sends nothing, only serializes messages as a kernel does


@contextlib.contextmanager
def as_received(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield `content` as a client receives it from a kernel.

    Raises `TypeError` or `ValueError` for content that a kernel cannot send, which IPython shows as
    an error of the running cell. A warning about the content is written to stderr afterwards,
    because a kernel's stderr is buffered.
    """
    warned = io.StringIO()
    with contextlib.redirect_stderr(warned):
        packed = _session.serialize(_session.msg("display_data", content))[-1]
    yield _session.unpack(packed)
    if warned.tell():
        sys.stderr.write(warned.getvalue())


class Outputs:
    """Outputs of the running cell, limited to `most` characters over the whole notebook.

    `shown_again` maps the number of an earlier cell to its outputs if the running cell updated a
    display of that cell.
    """

    def __init__(self, most: int) -> None:
        self.shown: list[Output] = []
        self.shown_again: dict[int, list[Output]] = {}
        self.most = self.left = most
        self._count = 0
        self._clear_next = False
        self._displays: dict[str, list[tuple[int, list[Output], Output]]] = {}

    def start(self, count: int = 0) -> None:
        self.shown, self.shown_again, self._count = [], {}, count
        self._clear_next = False

    def write(self, name: str, text: str) -> None:
        kept = text[: self.left]
        self.left -= len(kept)
        if not kept:
            return
        last = self.shown[-1] if self.shown else {}
        if last.get("name") == name and not self._clear_next:
            last["text"] += kept
        else:
            self._add({"output_type": "stream", "name": name, "text": kept})

    def show(self, output: Output, display_id: str | None = None) -> None:
        if not self._fits(output):
            return
        if display_id:
            self._replace(output, display_id)
        self._add(output)
        if display_id:
            place = (self._count, self.shown, output)
            self._displays.setdefault(display_id, []).append(place)

    def update(self, output: Output, display_id: str) -> None:
        if self._fits(output):
            self._replace(output, display_id)

    def _replace(self, output: Output, display_id: str) -> None:
        for count, shown, each in self._displays.get(display_id, []):
            each.update(data=output["data"], metadata=output["metadata"])
            if count == self._count:
                continue
            if count not in self.shown_again and self._spend(sum(map(_size, shown))):
                self.shown_again[count] = shown

    def _fits(self, output: Output) -> bool:
        return self._spend(_size(output))

    def _spend(self, size: int) -> bool:
        if size > self.left:
            return False
        self.left -= size
        return True

    def clear(self, wait: bool) -> None:
        if wait:
            self._clear_next = True
        else:
            self._clear()

    def _clear(self) -> None:
        self.shown.clear()
        for display_id, places in self._displays.items():
            self._displays[display_id] = [each for each in places if each[0] != self._count]

    def _add(self, output: Output) -> None:
        if self._clear_next:
            self._clear_next = False
            self._clear()
        self.shown.append(output)


def _size(output: Output) -> int:
    """Return how many characters of the limit an output uses."""
    if "text" in output:
        return len(output["text"])
    return sum(len(str(output.get(name, ""))) for name in ("data", "metadata"))


class Stream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of a cell."""

    encoding = "UTF-8"

    def __init__(self, name: str, outputs: Outputs) -> None:
        self.name, self._outputs = name, outputs

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        self._outputs.write(self.name, text)
        return len(text)

    def writable(self) -> bool:
        return True


_outputs: list[Outputs] = []  # of this process's only shell


class Publisher(DisplayPublisher):
    """Adds displayed objects to the outputs of the cell."""

    def publish(  # type: ignore[override]
        self,
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        *,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **others: object,
    ) -> None:
        self._validate_data(data, metadata)
        content = {"data": data, "metadata": metadata or {}, "transient": transient or {}}
        with as_received(content) as received:
            shown = {
                "output_type": "display_data",
                "data": received["data"],
                "metadata": received["metadata"],
            }
            display_id = received["transient"].get("display_id")
            if update:
                _outputs[0].update(shown, str(display_id))
            else:
                _outputs[0].show(shown, display_id)

    def clear_output(self, wait: bool = False) -> None:
        _outputs[0].clear(wait)


class LastValues(DisplayHook):
    """Adds the value of a cell's last line to its outputs."""

    def write_output_prompt(self) -> None:
        self._data: dict[str, Any] = {}

    def write_format_data(self, format_dict: object, md_dict: object = None) -> None:
        self._data = {
            "output_type": "execute_result",
            "execution_count": self.prompt_count,
            "data": format_dict,
            "metadata": md_dict or {},
        }

    def finish_displayhook(self) -> None:
        shown, self._data = self._data, {}
        if shown.get("data"):
            with as_received(shown) as received:
                _outputs[0].show(received)


class Shell(InteractiveShell):
    """IPython set up as in a kernel, but without a kernel."""

    displayhook_class = Type(LastValues)
    display_pub_class = Type(Publisher)
    compiler_class = Type(XCachingCompiler)

    def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
        _outputs[0].show(
            {
                "output_type": "error",
                "ename": str(etype.__name__),
                "evalue": str(evalue),
                "traceback": stb,
            }
        )

    def enable_gui(self, gui: object = None) -> None:
        """Do nothing, since there is no screen."""

    def ask_exit(self) -> None:
        self.exit_now = True


class Notebook:
    """A notebook that is executed in this process."""

    def __init__(self, most: int) -> None:
        self.outputs = Outputs(most)
        _outputs[:] = [self.outputs]
        os.environ["MPLBACKEND"] = INLINE
        self.shell = the_shell()
        self.shell.exit_now = False
        sys.stdout = Stream("stdout", self.outputs)
        sys.stderr = Stream("stderr", self.outputs)
        _draw_inline(self.shell)

    def run(self, source: str, count: int) -> list[Output]:
        """Run one cell as number `count`. Return its outputs."""
        self.outputs.start(count)
        self.shell.execution_count = count
        try:
            self.shell.run_cell(source, store_history=True)
        except KeyboardInterrupt:
            self.shell.showtraceback()
        return self.outputs.shown


def the_shell() -> Shell:
    """Return this process's shell, creating it on first use."""
    shell = Shell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    _draw_inline(shell)
    return shell


def _draw_inline(shell: Shell) -> None:
    import matplotlib.pyplot as plt
    from matplotlib_inline import backend_inline

    plt.switch_backend(INLINE)
    backend_inline.configure_inline_support(shell, INLINE)
    if backend_inline.flush_figures not in shell.events.callbacks["post_execute"]:
        shell.events.register("post_execute", backend_inline.flush_figures)
