"""Print the completion script of a shell.

bash   eval "$(mpbitcoin completion bash)"          in ~/.bashrc
zsh    eval "$(mpbitcoin completion zsh)"           in ~/.zshrc, after compinit
fish   mpbitcoin completion fish > ~/.config/fish/completions/mpbitcoin.fish
"""

from __future__ import annotations

import argparse

SUMMARY = "print the completion script of bash, zsh or fish"
ANYWHERE = True


def configure(parser: argparse.ArgumentParser) -> None:
    """Flags of the verb."""
    parser.add_argument("shell", choices=["bash", "zsh", "fish"], help="your shell")


def execute(args: argparse.Namespace) -> int:
    """Run the verb."""
    from argcomplete.shell_integration import shellcode

    print(shellcode(["mpbitcoin"], shell=args.shell))
    return 0
