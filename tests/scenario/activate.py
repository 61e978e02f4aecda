#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stands in for systemd: listens, and starts a program that gets the listening sockets from
descriptor 3 on, with an address to tell its state to.

    activate.py inet|inet2|unix PROGRAM ARGUMENTS...

Says on standard output, a line each: "port N", "notify READY=1", "exit CODE". Lines from standard
input: "start" starts the program (once more), "stop" sends it SIGTERM and waits for its end.
Ends at the end of standard input; the program ends with it."""

import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile


def say(*words):
    print(*words, flush=True)


def listeners(kind, folder):
    if kind == "unix":
        made = [socket.socket(socket.AF_UNIX)]
        made[0].bind(os.path.join(folder, "http"))
    else:
        made = [socket.create_server(("127.0.0.1", 0)) for _ in range(2 if kind == "inet2" else 1)]
        say("port", made[0].getsockname()[1])
    for one in made:
        one.listen(64)
    return made


def start(command, sockets, notify):
    """The shell only tells the program its own number, as systemd does."""
    count = len(sockets)

    def hand_over():
        kept = [os.dup2(s.fileno(), 100 + i) for i, s in enumerate(sockets)]
        for i, fd in enumerate(kept):
            os.dup2(fd, 3 + i)  # blocking and inherited
            os.close(fd)

    env = {**os.environ, "LISTEN_FDS": str(count), "NOTIFY_SOCKET": notify.getsockname()}
    return subprocess.Popen(["sh", "-c", 'LISTEN_PID=$$ exec "$@"', "sh", *command], env=env,
                            stdin=subprocess.DEVNULL, stdout=sys.stderr, preexec_fn=hand_over,
                            pass_fds=range(3, 3 + count))


def end(child):
    if child and child.poll() is None:
        child.send_signal(signal.SIGTERM)
    return child.wait() if child else 0


def main():
    kind, command = sys.argv[1], sys.argv[2:]
    child = None
    with tempfile.TemporaryDirectory(prefix="samsyn-activate-") as folder, \
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
        notify.bind(os.path.join(folder, "notify"))
        sockets = listeners(kind, folder)
        waiter = selectors.DefaultSelector()
        waiter.register(notify, selectors.EVENT_READ)
        waiter.register(sys.stdin.fileno(), selectors.EVENT_READ)
        pending = b""
        while True:
            for key, _ in waiter.select():
                if key.fileobj is notify:
                    say("notify", notify.recv(4096).decode().replace("\n", " "))
                    continue
                data = os.read(0, 4096)
                if not data:
                    end(child)
                    return
                pending += data
                *lines, pending = pending.split(b"\n")
                for line in lines:
                    if line == b"start":
                        child = start(command, sockets, notify)
                    elif line == b"stop":
                        child.send_signal(signal.SIGTERM)
                    elif line == b"wait":
                        say("exit", child.wait())


main()
