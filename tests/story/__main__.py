"""``make story``: one line a step, and an end with an error where something else was seen."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from tests.story import cure, figures, opening, proof
from tests.story.stage import PLACE, Server, Stage, Unlike, fresh, playing, start_browser

Step = Callable[[Stage], str]

STEPS: dict[int, Step] = {
    1: opening.demo,
    2: opening.publish,
    3: opening.pilot,
    4: figures.daily,
    7: figures.third_party,
    9: figures.adopt,
    10: proof.leading_group,
    11: proof.explained,
    12: opening.criteria,
    13: proof.exported,
    14: cure.diagnose,
    15: cure.measure,
    19: cure.effect,
    20: proof.audited,
}
LAST = 20


def main() -> int:
    """Play every step in order; ``--without-demo`` passes over the first, for those who work on later ones.

    Returns:
        0 where everything was as it must be.
    """
    if "--without-demo" in sys.argv[1:]:
        STEPS.pop(1)
    fresh()
    begun = time.monotonic()
    with playing() as playwright:  # type: ignore[attr-defined]
        browser = start_browser(playwright)
        stage = Stage(browser, Server(PLACE / "data"), PLACE / "data", PLACE / "city")
        try:
            for number in range(1, LAST + 1):
                if not _play(stage, number):
                    return 1
        finally:
            stage.server.stop()
            browser.close()
    say(f"故事走完，{time.monotonic() - begun:.0f} 秒")
    return 0


def _play(stage: Stage, number: int) -> bool:
    step = STEPS.get(number)
    if step is None:
        say(f"{number:02} 未建成")
        return True
    try:
        say(f"{number:02} 通过 {step(stage)}")
    except Unlike as unlike:
        shot = stage.keep(f"{number:02}")
        say(f"{number:02} 不符 应为 {unlike.expected}；见到 {unlike.seen}{f'；截图 {shot}' if shot else ''}")
        return False
    except Exception as error:  # noqa: BLE001 — whatever a step stumbles over is 不符, with a picture
        shot = stage.keep(f"{number:02}")
        say(f"{number:02} 不符 应为 走得下去；见到 {type(error).__name__}：{str(error)[:400]}；截图 {shot}")
        return False
    if not (PLACE / "screens" / f"{number:02}.png").exists():  # a step may have kept its own moment
        stage.keep(f"{number:02}")
    return True


def say(text: str) -> None:
    """Print one line at once, and keep it for the manual."""
    print(text, flush=True)
    with (PLACE / "lines.txt").open("a", encoding="utf-8") as lines:
        lines.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
