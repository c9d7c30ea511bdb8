"""The process that does the jobs: ``python -m tijian.shells.worker DIR``."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from tijian.shells import lifeline, running
from tijian.shells.settings.use import using

SECONDS = 1.0  # between two looks at the queue


def main(folder: Path) -> None:
    """Do jobs until told to stop; one that is running is finished first."""
    lifeline.hold()
    running.sign_in(folder, running.JOBS)
    with using(folder):
        from django_tasks_db.management.commands.db_worker import Worker

        from tijian.shells import jobs

        jobs.look_for_weaknesses()  # what was changed by a command while nothing was served
        logging.getLogger("django_tasks_db").setLevel(logging.ERROR)  # stopping is nothing to warn of
        worker = Worker(
            queue_names=["*"],
            interval=SECONDS,
            batch=False,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id="tijian",
            excluded_queue_names=[],
        )
        worker.configure_signals()
        worker.run()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
