"""Executing notebook cells in this process, with outputs as a Jupyter kernel sends them."""

from __future__ import annotations

import io
import os
import sys
from typing import Any

from ipykernel.compiler import XCachingCompiler
from ipykernel.jsonutil import encode_images, json_clean
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

Output = dict[str, Any]
INLINE = "module://matplotlib_inline.backend_inline"


class Outputs:
    """What the running cell has shown so far; beyond `most` characters nothing more is kept."""

    def __init__(self, most: int) -> None:
        self.shown: list[Output] = []
        self.most = self.left = most
        self._clear_next = False
        self._displays: dict[str, list[Output]] = {}

    def start(self) -> None:
        self.shown = []

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
        size = sum(len(str(value)) for value in output.get("data", {}).values())
        if size > self.left:
            return
        self.left -= size
        self._add(output)
        if display_id:
            self._displays.setdefault(display_id, []).append(output)

    def update(self, output: Output, display_id: str) -> None:
        for each in self._displays.get(display_id, []):
            each.update(data=output["data"], metadata=output["metadata"])

    def clear(self, wait: bool) -> None:
        if wait:
            self._clear_next = True
        else:
            self.shown.clear()

    def _add(self, output: Output) -> None:
        if self._clear_next:
            self._clear_next = False
            self.shown.clear()
        self.shown.append(output)


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


_outputs: list[Outputs] = []  # of the one shell that a process has


class Publisher(DisplayPublisher):
    """What a cell displays, put among its outputs."""

    def publish(  # type: ignore[override]
        self,
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        *,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **others: Any,
    ) -> None:
        shown = {
            "output_type": "display_data",
            "data": json_clean(encode_images(data)),
            "metadata": json_clean(metadata or {}),
        }
        display_id = (transient or {}).get("display_id")
        if update:
            _outputs[0].update(shown, str(display_id))
        else:
            _outputs[0].show(shown, display_id)

    def clear_output(self, wait: bool = False) -> None:
        _outputs[0].clear(wait)


class Results(DisplayHook):
    """The value of a cell's last line, put among its outputs."""

    def write_output_prompt(self) -> None:
        self._data: dict[str, Any] = {}

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        self._data = {
            "output_type": "execute_result",
            "execution_count": self.prompt_count,
            "data": json_clean(encode_images(format_dict)),
            "metadata": json_clean(md_dict or {}),
        }

    def finish_displayhook(self) -> None:
        if getattr(self, "_data", None):
            _outputs[0].show(self._data)
        self._data = {}


class Shell(InteractiveShell):
    """IPython as a kernel runs it, but for the kernel."""

    displayhook_class = Type(Results)
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

    def enable_gui(self, gui: Any = None) -> None:
        """There is no screen."""

    def ask_exit(self) -> None:
        self.exit_now = True


class Notebook:
    """A notebook under execution in this process."""

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
        """Run one cell as number `count`; returns its outputs."""
        self.outputs.start()
        self.shell.execution_count = count
        try:
            self.shell.run_cell(source, store_history=True)
        except KeyboardInterrupt:
            self.shell.showtraceback()
        return self.outputs.shown


def the_shell() -> Shell:
    """This process's shell, made when it is first needed."""
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
