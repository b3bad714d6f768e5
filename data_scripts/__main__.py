"""Command line of the data scripts: fetch, verify, describe, draw and split data sets."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from data_scripts.fetch import fetch
from data_scripts.manifest import differences, looks_complete, read_manifest, read_marker
from data_scripts.places import data_home, mirror_setting, offline_place, real_place
from data_scripts.problems import DataProblem
from data_scripts.registry import DataSet, data_set, registry
from data_scripts.splits import PARTS, split_manifest, write_split
from data_scripts.synthetic_set import make_offline

EPILOG = """\
environment variables
  COURSE_DATA         the folder of all data sets (default: data/ in the course's folder).
                      On Colab, /content/data is fast but temporary; a Drive folder is slow but
                      permanent.
  COURSE_DATA_MIRROR  a folder with scene15.zip, camvid.zip, ... or unpacked sets, one such zip, or
                      the https address of such a folder; it is searched before other addresses.

examples
  python -m data_scripts info                    list the data sets and their state
  python -m data_scripts fetch scene15           download (or resume), check and install it
  python -m data_scripts fetch all --or-offline  fetch everything; draw what can't be downloaded
  python -m data_scripts make-offline camvid     draw the synthetic data set, without a network
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0, 1 after an error, or 130 after Ctrl-C."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        options = _parser().parse_args(given or ["--help"])
        return int(options.run(options))
    except DataProblem as problem:
        print(problem, file=sys.stderr)
    except OSError as error:
        print(f"{error}\nCheck that you may write to {data_home()}.", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nInterrupted. No partial data set was installed. Run this again.", file=sys.stderr)
        return 130
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m data_scripts",
        description="Get the data sets of the course, or draw synthetic ones.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(name: str, run: object, text: str, names: str | None = None) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text + ".")
        command.set_defaults(run=run)
        if names:
            command.add_argument("name", metavar="NAME", help=names)
        return command

    sets = ", ".join(registry())
    getting = add("fetch", _fetch, "get a real data set, check it and install it", f"{sets}; all")
    getting.add_argument(
        "--or-offline",
        action="store_true",
        help="draw the synthetic data set if the real one is unavailable",
    )
    add("verify", _verify, "compare every byte of a data set with its manifest", sets)
    about = add("info", _info, "describe a data set, its sources and its state on this machine")
    about.add_argument("name", metavar="NAME", nargs="?", help=f"{sets}; default: one line each")
    drawing = add("make-offline", _make_offline, "draw a synthetic data set, offline", sets)
    drawing.add_argument("--seed", type=int, default=0, help="seed of the images (default: 0)")
    drawing.add_argument("--scale", type=float, default=1.0, help="fraction of the images, up to 1")
    add(
        "split",
        _split,
        "write the split of an installed set to data_scripts/splits (for maintainers)",
        sets,
    )
    return parser


def _fetch(options: argparse.Namespace) -> int:
    everything = options.name == "all"
    names = [n for n, e in registry().items() if e.sources] if everything else [options.name]
    failed = 0
    for name in names:
        try:
            marker = fetch(name)
            print(f"{name} is in {real_place(name)}: {marker.files:,} files, checked.")
        except DataProblem as problem:
            if options.or_offline and data_set(name).stand_in:
                print(problem.what)
                make_offline(name)
                print(f"The synthetic data set {name} is in {offline_place(name)}.")
                continue
            if not everything:
                raise
            print(problem, file=sys.stderr)
            failed += 1
    return 1 if failed else 0


def _verify(options: argparse.Namespace) -> int:
    data_set(options.name)
    places = [place for place in _places(options.name) if place.exists()]
    if not places:
        raise DataProblem(
            f"{options.name} is not installed yet.",
            f"Run: python -m data_scripts fetch {options.name}",
        )
    for place in places:
        marker = read_marker(place)
        wrong = differences(place)
        if wrong or marker is None:
            shown = "\n".join(f"  {line}" for line in wrong[:10])
            command = "fetch" if place == real_place(options.name) else "make-offline"
            raise DataProblem(
                f"{place}: {len(wrong)} files differ from the manifest.\n{shown}",
                f"Delete that folder, then run: python -m data_scripts {command} {options.name}",
            )
        print(f"{place}: {marker.files:,} files, intact. Fingerprint {marker.fingerprint[:12]}.")
    return 0


def _info(options: argparse.Namespace) -> int:
    if options.name:
        _describe(data_set(options.name))
        return 0
    print(f"Data folder: {data_home()}. Mirror: {mirror_setting() or 'none'}.\n")
    for name, entry in registry().items():
        print(f"{name:9} {entry.title}\n{'':9} {_state(name)}")
    return 0


def _describe(entry: DataSet) -> None:
    rows = {
        "what": entry.title,
        "classes": f"{len(entry.classes)}: {', '.join(entry.classes)}" if entry.classes else "",
        "layout": entry.layout,
        "split": entry.split,
        "license": entry.licence,
        "citation": entry.citation,
        "page": entry.homepage,
        "here": _state(entry.name),
    }
    for label, text in rows.items():
        if text:
            print(f"{label:9} {text}")
    for source in entry.sources:
        print(f"{'source':9} {source.title}")
        for file in source.files:
            for address in file.urls:
                print(f"{'':11}{address}")
            known = f"sha256 {file.sha256}" if file.sha256 else f"md5 {file.md5}"
            if not (file.sha256 or file.md5):
                known = "unknown checksum; the first fetch records a manifest"
            print(f"{'':11}{file.name}, {known}")


def _state(name: str) -> str:
    states = []
    for place in _places(name):
        if marker := read_marker(place):
            whole = "complete" if looks_complete(place) else "DAMAGED: fetch it again"
            states.append(f"{marker.origin}, {marker.files:,} files, {whole} ({marker.source})")
    return "; ".join(states) or "not installed"


def _places(name: str) -> tuple[Path, ...]:
    return real_place(name), offline_place(name)


def _make_offline(options: argparse.Namespace) -> int:
    marker = make_offline(options.name, seed=options.seed, scale=options.scale)
    print(
        f"The synthetic data set {options.name} is in {offline_place(options.name)}: "
        f"{marker.files:,} files, {marker.source}."
    )
    return 0


def _split(options: argparse.Namespace) -> int:
    entry = data_set(options.name)
    fetch(entry.name)
    split = split_manifest(read_manifest(real_place(entry.name)))
    path = write_split(entry.name, split, entry.split)
    print(f"{path}: " + ", ".join(f"{len(split.parts[part]):,} {part}" for part in PARTS) + ".")
    return 0


if __name__ == "__main__":
    sys.exit(main())
