# SPDX-License-Identifier: AGPL-3.0-or-later
"""Test files of node:test, two at a time (one a core)."""

import concurrent.futures
import os
from dataclasses import dataclass

from .result import Result, read_tap
from .run import Progress, run

AT_ONCE = max(2, min(4, os.cpu_count() or 2))
SECONDS = 600  # for one file


@dataclass
class Job:
    name: str
    file: str
    env: dict


def run_job(job):
    code, output = run(["node", "--test-reporter=tap", job.file], env=job.env, timeout=SECONDS,
                       say=lambda line: "")
    return job, read_tap(job.name, output, code)


def run_all(jobs):
    result, progress, done = Result(), Progress(), 0
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for future in concurrent.futures.as_completed([pool.submit(run_job, j) for j in jobs]):
            job, one = future.result()
            done += 1
            result.add(one)
            progress.say(f"{done}/{len(jobs)} {job.name}")
    progress.clear()
    return result
