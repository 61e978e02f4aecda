# SPDX-License-Identifier: AGPL-3.0-or-later
"""Running commands with their progress in sight."""

import os
import re
import selectors
import signal
import subprocess
import sys
import time

NINJA = re.compile(r"^\[(\d+)/(\d+)\] ?(.*)")
QUIET_SECONDS = 20  # without a terminal: one line of progress so often


class Progress:
    """One line that is rewritten on a terminal; now and then a line of its own elsewhere."""

    def __init__(self):
        self.tty = sys.stdout.isatty()
        self.last = time.monotonic()
        self.shown = False

    def say(self, text):
        now = time.monotonic()
        if self.tty and now - self.last > 0.1:
            print("\r\x1b[K      " + text[:110], end="", flush=True)
            self.shown, self.last = True, now
        elif not self.tty and now - self.last > QUIET_SECONDS:
            print("      ... " + text[:110], flush=True)
            self.last = now

    def clear(self):
        if self.shown:
            print("\r\x1b[K", end="", flush=True)
            self.shown = False


def run(command, env=None, cwd=None, timeout=3600, say=None):
    """Runs a command in a process group of its own. Returns (exit code, output and errors)."""
    progress = Progress()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, cwd=cwd, start_new_session=True,
                               env={**os.environ, **(env or {})})
    lines, deadline = [], time.monotonic() + timeout
    try:
        for line in _lines(process, deadline):
            lines.append(line)
            shown = say(line) if say else line.strip()
            if shown:
                progress.say(shown)
        code = process.wait(timeout=max(1, deadline - time.monotonic()))
    except (TimeoutError, subprocess.TimeoutExpired):
        code = 124
        lines.append(f"stopped: not finished after {timeout} seconds\n")
    finally:
        progress.clear()
        end_group(process)
    return code, "".join(lines)


def _lines(process, deadline):
    """Whole lines as they come. TimeoutError when the deadline passes."""
    selector = selectors.DefaultSelector()
    selector.register(process.stdout, selectors.EVENT_READ)
    rest = b""
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if not selector.select(timeout=left):
            continue
        chunk = os.read(process.stdout.fileno(), 65536)
        if not chunk:
            break
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line.decode("utf-8", "replace") + "\n"
    if rest:
        yield rest.decode("utf-8", "replace") + "\n"


def end_group(process):
    """Ends a process and what it started (its own group, nobody else's)."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def ninja_errors(output, lines=80):
    """What ninja printed from the first failure on."""
    kept = output.splitlines()
    for number, line in enumerate(kept):
        if line.startswith("FAILED: build.ninja"):  # meson said why, before
            break
        if line.startswith("FAILED:"):
            return "\n".join(line for line in kept[number:number + lines]
                             if not NINJA.match(line))
    return "\n".join(kept[-lines:])
