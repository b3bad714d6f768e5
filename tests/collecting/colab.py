"""Simulate what Colab does to a notebook between upload and download.

Colab keeps the ids of cells if the notebook has format 4.5; otherwise it drops them and writes its
own ids into the metadata of cells. nbgrader's metadata stays with its cell; Colab ignores
`deletable` and `editable`. It adds `colab`, `id`, `outputId` and `executionInfo`, names a GPU in
the notebook's metadata, and the browser renames a second download.
"""

from __future__ import annotations

import copy
import random

from nbformat import NotebookNode

NAME, SECOND_NAME = "part1_scaler.ipynb", "part1_scaler (1).ipynb"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def saved_by_colab(
    notebook: NotebookNode,
    seed: int = 0,
    *,
    keeps_ids: bool = False,
    keeps_nbgrader: bool = True,
    output: str = "out\n",
) -> NotebookNode:
    """Return `notebook` after a round through Colab, with all code cells run and printing `output`.

    keeps_ids: Colab's behavior with format 4.5. Otherwise, cells get Colab's own ids.
    keeps_nbgrader: False simulates a student who copies all cells into a new notebook.
    """
    letters = random.Random(seed)
    saved = copy.deepcopy(notebook)
    saved.nbformat, saved.nbformat_minor = 4, 5 if keeps_ids else 0
    saved.metadata = NotebookNode(
        {
            "colab": {"provenance": [], "gpuType": "T4", "toc_visible": True},
            "kernelspec": {"name": "python3", "display_name": "Python 3"},
            "language_info": {"name": "python"},
            "accelerator": "GPU",
        }
    )
    for number, cell in enumerate(saved.cells):
        marks = cell.metadata.get("nbgrader")
        own = "".join(letters.choices(LETTERS, k=12))
        cell.metadata = NotebookNode({"id": own})
        if marks is not None and keeps_nbgrader:
            cell.metadata["nbgrader"] = marks
        if not keeps_ids:
            cell.pop("id", None)
        if cell.cell_type == "code":
            _run(cell, number, own, output)
    return saved


def _run(cell: NotebookNode, number: int, own: str, output: str) -> None:
    cell.metadata["colab"] = {"base_uri": "https://localhost:8080/"}
    cell.metadata["outputId"] = f"{own}-out"
    cell.metadata["executionInfo"] = {
        "status": "ok",
        "timestamp": 1_800_000_000_000 + number,
        "user_tz": -60,
        "elapsed": 12,
        "user": {"displayName": "A. Student", "userId": "00000000000000000000"},
    }
    cell["execution_count"] = number
    cell["outputs"] = [NotebookNode(output_type="stream", name="stdout", text=output)]
