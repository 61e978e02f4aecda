# SPDX-License-Identifier: AGPL-3.0-or-later
"""Answers in TAP."""


def say(tests):
    """tests: (name, faults). Prints them and returns the exit code."""
    print(f"1..{len(tests)}")
    bad = 0
    for number, (name, faults) in enumerate(tests, 1):
        print(f"{'not ok' if faults else 'ok'} {number} - {name}")
        for fault in faults:
            print(f"# {fault}")
        bad += bool(faults)
    return 1 if bad else 0
