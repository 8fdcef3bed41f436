"""Kills a worker where it stands: a fork of a warm process, which ends by SIGKILL at the n-th step it reaches."""

import os
import signal
import sys

from diager_dpo.services.purge_execution import execute, recover
from tests.services.erasing_company import CLI

CHUNK = 4


def steps_of(company, work):
    """Every step that ``work`` reaches where nobody kills it."""
    reached = []
    with company.installed() as installation:
        work(installation, reached.append)
    return reached


def executing(number, chunk=CHUNK):
    return lambda installation, listener: execute(installation, CLI, number, listener, chunk=chunk)


def recovering(installation, listener):
    return recover(installation, CLI, listener)


def killed(company, work, at):
    """Run ``work`` in a process of its own and kill it at the step with this position; whether it got that far."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            reached = 0

            def listener(_step):
                nonlocal reached
                if reached == at:
                    os.kill(os.getpid(), signal.SIGKILL)
                reached += 1

            with company.installed() as installation:
                work(installation, listener)
            status = 0
        except BaseException as error:  # noqa: BLE001 - a child must not become a second pytest
            sys.stderr.write(f"{type(error).__name__} {error}\n")
        finally:
            os._exit(status)
    _, how = os.waitpid(child, 0)
    if os.WIFEXITED(how):
        assert os.WEXITSTATUS(how) == 0, "the child failed instead of being killed"
        return False
    return os.WTERMSIG(how) == signal.SIGKILL
