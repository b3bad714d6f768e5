"""Notebooks of a build are executed by kernels that do not compete for ports."""

from __future__ import annotations

import socket
from pathlib import Path

import nbformat
import pytest
from jupyter_client.connect import LocalPortCache
from nbformat import v4

from coursekit.builds import notebook_runs


def test_a_port_that_another_program_takes_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """jupyter_client chooses free ports and releases them before the kernel takes them."""
    path = tmp_path / "one.ipynb"
    nbformat.write(v4.new_notebook(cells=[v4.new_code_cell("print(6 * 7)")]), path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setattr(LocalPortCache, "find_available_port", lambda self, ip: port)
        notebook = notebook_runs.execute(
            path, data=tmp_path, results=tmp_path / "results", seconds=60
        )
    assert notebook.cells[0].outputs[0].text == "42\n"
