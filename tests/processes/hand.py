"""Processes that carry out orders, each in a child of its own, which may be killed in the middle.

Children begin with all that their process has loaded and learned, so one that lives for a moment costs little more.
The processes themselves are children of one that has loaded the program.
"""

import gc
import os
import sys
import threading
import traceback
from collections.abc import Awaitable, Callable, Mapping

import anyio
import msgspec

from tests.processes import creating, killing, naive, racing
from xylo_mcp import logs

DEEDS: Mapping[str, Callable[[bytes], Awaitable[object]]] = {
    "doomed": killing.doomed,
    "heir": killing.heir,
    "raises": racing.raises,
    "creates": creating.creates,
    "settle": creating.settle,
    "naive": naive.creates,
}


class Order(msgspec.Struct, frozen=True):
    """What to do, and what is needed for it; `here`: not in a child, so that all later children have learned from it."""

    deed: str
    given: msgspec.Raw
    here: bool = False


def main() -> None:
    """Make a process for each two of the arguments, the ends of pipes by which it is told things and answers."""
    logs.configure()
    ends = [int(end) for end in sys.argv[1:]]
    gc.freeze()
    for told, said in zip(ends[::2], ends[1::2], strict=True):
        if os.fork() == 0:
            os.dup2(told, 0)
            os.dup2(said, 1)
            for end in ends:
                os.close(end)
            _obey()
            os._exit(0)
    for end in ends:
        os.close(end)
    for _ in ends[::2]:
        os.wait()


def _obey() -> None:
    """Carry out the orders that come in, a line each; what came of each is a line that goes out."""
    for line in sys.stdin.buffer:
        order = msgspec.json.decode(line, type=Order)
        if order.here:
            _carry_out(order)
            _end_threads()
            continue
        gc.freeze()  # what is loaded by now stays: children need not look at it again, nor copy it for that
        child = os.fork()
        if child == 0:
            _carry_out(order)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            _say({"killed_by": os.WTERMSIG(status)})


def _carry_out(order: Order) -> None:
    try:
        _say({"said": anyio.run(DEEDS[order.deed], bytes(order.given))})
    except BaseException:  # noqa: BLE001  # a child must never go on with its parent's work
        traceback.print_exc()
        _say({"failed": True})


def _end_threads() -> None:
    """Wait for the event loop's threads to end: a process with threads is not to be forked."""
    for thread in threading.enumerate():
        if thread is not threading.main_thread():
            thread.join()


def _say(what: object) -> None:
    os.write(1, msgspec.json.encode(what) + b"\n")


if __name__ == "__main__":
    main()
