"""Build, check and serve the site: `python -m tools.site` and `python -m tools.site --open`."""

from __future__ import annotations

import argparse
import functools
import http.server
import logging
import sys
import webbrowser
from pathlib import Path

from coursekit.errors import CourseProblem
from tools.site import rendering, site_checks

HTML = Path("build") / "site" / "html"


def build(root: Path) -> int:
    """Build the site and print every problem. Returns 1 if there is one."""
    from mkdocs.exceptions import MkDocsException

    logging.basicConfig(level=logging.WARNING, format="✗ %(message)s")
    try:
        site = rendering.render(root)
    except (CourseProblem, MkDocsException) as problem:
        print(f"✗ {problem}")
        return 1
    found, pages, links = site_checks.problems(site)
    for sentence in found:
        print(f"✗ {sentence}")
    if found:
        print(f"{len(found)} problems on {pages} pages.")
        return 1
    print(f"✓ {pages} pages with {links:,} links in {HTML}. To read them: make site-open")
    return 0


def serve(port: int) -> int:
    """Serve the site on this machine until Ctrl-C, and open it in a browser."""
    if not (HTML / "index.html").is_file():
        print("There is no site yet. Run `make site` first.")
        return 1
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(HTML))
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        address = f"http://127.0.0.1:{server.server_port}/"
        print(f"The site is at {address}. Stop with Ctrl-C.")
        webbrowser.open(address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Run the command. Returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.site", description=__doc__)
    parser.add_argument("--open", action="store_true", help="serve the site that was built")
    parser.add_argument("--port", type=int, default=8000, help="port of --open (default: 8000)")
    chosen = parser.parse_args(arguments)
    return serve(chosen.port) if chosen.open else build(Path.cwd())


if __name__ == "__main__":
    sys.exit(main())
