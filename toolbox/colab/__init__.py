"""Support for Colab: install missing packages, keep files on Drive, save the open notebook.

colab.prepare(root, "part1_scaler", keep_on_drive=True)    # called by the setup cell
colab.save()                                               # this notebook and your files
colab.submit("1")                                          # save, then write the zip to hand in
colab.keep_images("scene15")                               # one file on Drive, for later sessions
"""

from toolbox.colab.session import keep_images, prepare, save, submit

__all__ = ["keep_images", "prepare", "save", "submit"]
