"""Make the second tutorial from the story: what each step does, what was seen, its screenshot.

Run after ``make story``: ``.venv/bin/python tools/story_manual.py``. Writes ``docs/story.md`` and the
pictures beside it; a step that was not seen is left out.
"""

from __future__ import annotations

import re
import shutil
import struct
import tempfile
from pathlib import Path

import typst

ROOT = Path(__file__).resolve().parents[1]
PLAYED = ROOT / "var" / "story"
TARGET, PICTURES = ROOT / "docs" / "story.md", ROOT / "docs" / "pictures" / "story"
WIDTH, HEIGHT, PPI = 683, 520, 96  # half of the screen; longer pages are cut at the foot
LINE = re.compile(r"^(\d\d) 通过 (.*)$")

STEPS = {
    1: ("打开演示", "任何人", "运行 `make demo`。终端里先是等级表和报告所在，然后是地址和演示账号。"),
    2: ("公布指标体系", "自然资源局 `ziranziyuan`", "在“指标体系”看要公布的 36 项和 11 项，按“公布”。公布过的是冻结的：要改先“复制新版本”。"),
    3: ("开启先行轮次", "办公室 `bangongshi`", "在“轮次”填名称、年度，勾沈河和浑南，按“开启轮次”。填报任务自动列出：哪个单位、哪个变量、哪些区；同一个变量只报一次。"),
    4: ("上传一张逐日表", "生态环境局填报人 `shengtai`", "在“数据”按“导入”，上传 GB18030 编码的逐日 AQI。上传只预检，不写入：每一格都有结论，标签与数矛盾的列出来，并说明会不会改变天数。"),
    7: ("第三方量算", "第三方 `disanfang`", "`tijian exam … --only TC02` 在自己的机器上量一遍，再用 `tijian values import 图层…` 登记；“解释”里有长度、面积、数据集的哈希、坐标系和方法。"),
    9: ("选定采用值", "办公室", "在“数据”看一项的几个来源，选一个，写理由。没有理由选不了；选错了可以撤销。"),
    10: ("看首页", "领导小组 `lingdao`", "一屏之内：覆盖、等级分布、底线、逾期，各区各维度的等级，短板清单。没有等级的写明原因。"),
    11: ("问为什么", "任何人", "点任何一个等级：采用值、公式与数字、判定标准、原始文件、经手。同一项指标，沈河按老区、浑南按新区的标准。"),
    12: ("试算并采用标准", "办公室", "在“标准”改一个切点，按“试算”看哪些等级会变，写理由后采用；结束先行轮次，写下小结；再开九区的轮次。已结束的轮次不变。"),
    13: ("导出再体检", "命令行", "`tijian city export` 写出城市文件夹，`tijian exam` 得到逐字节相同的 `values.csv` 和九份报告。"),
    14: ("确认城市病", "专家 `zhuanjia`", "在“城市病”打开候选：吻合的、缺的、相反的证据，可能的症结。选症结，写意见，确认。"),
    15: ("制定对策", "办公室", "写牵头单位、目标和里程碑；先看目标能到哪一级。进度由验收的里程碑推算，不能手填。"),
    19: ("治理、回评、销号、复发", "牵头单位、办公室", "里程碑附佐证报送，由别人验收；后几轮用命令开启和填报；用后来的轮次回评：治理前后、同类未治理的区、达标与否；达标后销号；又出现的登记复发。"),
    20: ("核对台账", "审计 `shenji`", "`tijian audit verify` 核对每一条记录和每一行；在副本上用 SQL 改过的，逐一指名。`tijian explain --as-of` 说出当时的话，一字不差。"),
}  # fmt: skip


def main() -> None:
    """Read what was seen and write the tutorial."""
    seen = {}
    for line in (PLAYED / "lines.txt").read_text(encoding="utf-8").splitlines():
        found = LINE.match(line)
        if found is not None:
            seen[int(found[1])] = found[2]
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    parts = [
        "# 教程二：一座城市走完几轮",
        "",
        "由 `make story` 走过一遍后写成（`tools/story_manual.py`）；每一步后面是那一次见到的，数据都是合成的。账号的密码都是 `tijian-2019`，只在演示安装里有。",
    ]
    for number, (title, who, words) in STEPS.items():
        if number in seen:
            parts += ["", f"## {number}. {title}", f"**{who}**　{words}", "", f"> {seen[number]}"]
            if _picture(number):
                parts += ["", f"![{title}](pictures/story/{number:02}.png)"]
    TARGET.write_text("\n".join([*parts, ""]), encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {len(seen)} steps")


def _picture(number: int) -> bool:
    """Put the screenshot of a step beside the tutorial, smaller; commands have none of their own."""
    shot = PLAYED / "screens" / f"{number:02}.png"
    if number == 13 or not shot.is_file():  # noqa: PLR2004 — a command: the page is that of the step before
        return False
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copyfile(shot, Path(scratch) / "shot.png")
        sheet = Path(scratch) / "sheet.typ"
        sheet.write_text(
            f"#set page(width: {WIDTH}pt, height: {HEIGHT}pt, margin: 0pt)\n"
            f'#box(clip: true, width: {WIDTH}pt, height: {HEIGHT}pt, place(top + left, image("shot.png", width: {WIDTH}pt, height: {_height(shot)}pt)))\n',
            encoding="utf-8",
        )
        picture = typst.compile(sheet, format="png", ppi=PPI)
    (PICTURES / f"{number:02}.png").write_bytes(picture[0] if isinstance(picture, list) else picture)
    return True


def _height(shot: Path) -> float:
    """Give the height of a screenshot at the width of the tutorial; left to itself typst would crop its middle."""
    width, height = struct.unpack(">II", shot.read_bytes()[16:24])
    return WIDTH * height / width


if __name__ == "__main__":
    main()
