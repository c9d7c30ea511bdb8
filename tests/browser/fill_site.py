"""Makes an installation for the browser: the toy city, a round filled, a disease under treatment, demo accounts."""

import sys
from functools import partial
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "office"))
sys.path.insert(0, str(HERE.parent / "security"))

import made  # noqa: E402
from filling import fill, opened, publish  # noqa: E402
from place import TOY  # noqa: E402

from tijian.shells.settings.create import begin, create  # noqa: E402
from tijian.shells.settings.use import using  # noqa: E402


def main(folder: Path) -> None:
    create(folder, str(TOY), "sqlite", "系统管理员", partial(begin, demo=True))
    with using(folder):
        publish(folder)
        opened()
        fill()
        made.proof()
        made.report()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
