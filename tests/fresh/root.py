"""Minimal Debian systems in folders, like a user's new machine.

Creating and entering one needs root. Whatever a test does in it stays in its folder: it sees
the machine's processes and files no more than a container does, but shares its network.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from mpbitcoin_depends.locks import lock
from mpbitcoin_depends.paths import cache_root
from mpbitcoin_depends.sources.aptconf import machine_archives
from mpbitcoin_project import paths

#: The packages in docs/install.md for Debian, and those that a machine needs for TLS.
PACKAGES = ("python3", "python3-venv", "python3-pip", "g++", "make", "git", "ca-certificates")
USER = "builder"
HOME = Path("/home") / USER
CLONE = HOME / "multiprocess-bitcoin"
_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
#: How the machine reaches its package indexes, for programs in the root.
_PASSED_ON = ("PIP_", "NPM_CONFIG_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
# Runs as root in separate namespaces; $1 is the root's folder, $2 the user to become. After chroot
# alone, users could not create namespaces, as tests do. The shell stays, as the namespace's first
# process: the kernel ends all others with it, and it ends with us.
_ENTER = """\
mount --make-rprivate / && mount --bind "$1" "$1" && cd "$1" || exit
mount --rbind /dev dev && mount -t proc proc proc && mkdir -p old || exit
pivot_root . old && umount -l old || exit
user=$2
shift 2
chroot --userspec="$user" / env -i "$@"
exit $?
"""
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def _bootstrap(suite: str) -> Path:
    """A pristine root of `suite`, created once and kept."""
    kept = cache_root() / "fresh" / suite
    with lock(kept.with_suffix(".lock")):
        if kept.is_dir():
            return kept
        aside = kept.with_suffix(".partial")
        shutil.rmtree(aside, ignore_errors=True)
        aside.parent.mkdir(parents=True, exist_ok=True)
        archives = machine_archives()
        assert archives, "apt of this machine knows no Debian archive"
        archive = archives[0].uri
        words = ["--variant=minbase", f"--include={','.join(PACKAGES)}", suite, str(aside), archive]
        subprocess.run(["debootstrap", *words], check=True)
        aside.rename(kept)
    return kept


@dataclass(frozen=True)
class Root:
    """A separate system below `folder`."""

    folder: Path

    @classmethod
    def make(cls, suite: str, folder: Path) -> Root:
        """A new one of Debian's `suite`, with an ordinary user and a clone of the project."""
        subprocess.run(["cp", "-a", "--reflink=auto", _bootstrap(suite), folder], check=True)
        made = cls(folder)
        # Files that Debian's installer writes.
        shutil.copy2("/etc/resolv.conf", folder / "etc" / "resolv.conf")
        (folder / "etc" / "hosts").write_text("127.0.0.1 localhost\n::1 localhost\n")
        shutil.copy2(_BUNDLE, folder / _BUNDLE.relative_to("/"))
        clone = folder / CLONE.relative_to("/")
        words = ["--quiet", "--no-hardlinks", str(paths.PROJECT), str(clone)]
        subprocess.run(["git", "clone", *words], check=True)
        made.run("root", "useradd", "--no-create-home", USER)
        made.run("root", "chown", "-R", f"{USER}:{USER}", str(HOME))
        return made

    def run(self, user: str, *words: str) -> str:
        """Run a command as `user` in the clone of the project; returns its output.

        It is printed as it comes, too. Fails when the command does.
        """
        home = HOME if user == USER else Path("/root")
        variables = [f"HOME={home}", f"PATH={_PATH}"]
        variables += [f"{k}={v}" for k, v in os.environ.items() if k.upper().startswith(_PASSED_ON)]
        space = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", _ENTER, "sh"]
        command = [*space, str(self.folder), user, f"--chdir={CLONE}", *variables, *words]
        printed = []
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, errors="replace"
        ) as running:
            assert running.stdout is not None
            for line in running.stdout:
                printed.append(line)
                print(line, end="", flush=True)
        assert running.returncode == 0, f"{words} ended with {running.returncode}"
        return "".join(printed)
