"""The documentation site: pages of `docs/`, generated reference pages, and the parts' notebooks.

    make site         build it in build/site/html, and check its links, images and structure
    make site-open    serve it on this machine

MkDocs with the Material theme renders the pages. Nothing on them is loaded from another server.
"""
