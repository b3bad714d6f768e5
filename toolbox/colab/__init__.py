"""What is different on Colab: packages to add, files that a disconnect would take, one notebook.

colab.prepare(root, "part1_scaler", keep_on_drive=True)    # the setup cell does
colab.save()                                               # this notebook and your files
colab.submit("1")                                          # save, then write the hand-in
"""

from toolbox.colab.session import prepare, save, submit

__all__ = ["prepare", "save", "submit"]
