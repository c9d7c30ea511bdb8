"""What runs in processes of its own: ``child.py FOLDER MODE NAME COUNT``."""

import os
import sys
import traceback
from datetime import date
from pathlib import Path

from tijian.shells.settings.django_settings import ROOMS
from tijian.shells.settings.use import release, use

DAY = date(2019, 6, 1)


def write(name):
    from ledger_slice.actions import Write

    return Write(name, "字").execute("甲", today=DAY)


def many(name, count):
    """Run actions; print how many failed."""
    failed = 0
    for number in range(count):
        try:
            write(f"{name}-{number}")
        except Exception:  # noqa: BLE001 — the controls count whatever happens
            failed += 1
            if os.environ.get("LOUD"):
                traceback.print_exc()
    print(failed, flush=True)


def without_lock():
    """Break the chain's lock: the control of the concurrency test."""
    from django.conf import settings
    from django.db import connections

    from tijian.office.ledger.models import Head

    Head.objects.select_for_update = Head.objects.all
    database = settings.DATABASES["default"]
    if "sqlite" in database["ENGINE"]:
        database["OPTIONS"]["transaction_mode"] = "DEFERRED"
        connections.settings = connections.configure_settings({"default": database})


def nursery(*, honest):
    """Fork a writer for every line read; it acknowledges each action, an honest one only when it is done."""
    for line in sys.stdin:
        name = line.strip()
        pid = os.fork()
        if pid == 0:
            number = 0
            while True:
                ack = f"ack {name}-{number}\n".encode()
                if not honest:
                    os.write(1, ack)
                write(f"{name}-{number}")
                if honest:
                    os.write(1, ack)
                number += 1
        os.write(1, f"pid {pid}\n".encode())
        os.waitpid(pid, 0)
        os.write(1, f"end {name}\n".encode())


def main():
    folder, mode, name, count = sys.argv[1:]
    use(Path(folder), (*ROOMS, "ledger_slice"))
    if mode == "nursery":
        nursery(honest=name == "honest")
        return
    if mode == "without-lock":
        without_lock()
    print("ready", flush=True)
    sys.stdin.readline()
    many(name, int(count))
    release()


main()
