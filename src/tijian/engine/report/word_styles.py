"""Named styles and the numbering of headings, so that an office can set its own fonts in one place each."""

from __future__ import annotations

from typing import Final

from tijian.engine.report import tokens
from tijian.engine.report.ooxml import DECLARED, colour, twips

FONT: Final = "思源黑体 CN"
# tried in turn where the first is not installed
ALTERNATIVES: Final = "Source Han Sans CN,Source Han Sans,Noto Sans CJK SC,微软雅黑,Microsoft YaHei"
LINE: Final = 350  # twentieths of a point: the line pitch of the PDF

# names by which a reader of the file knows what a digit is; ids are for this file alone
CODE: Final = "代码"
DAY: Final = "日期"
UNIT: Final = "单位"
CAPTION: Final = "图表题"
NAMED: Final = frozenset({CODE, DAY, UNIT})
EXEMPT: Final = frozenset({CAPTION, "表头", "目录标题", "封面标题", "封面文字", "toc 1", "toc 2", "toc 3"})


def _paragraph_style(
    ident: str, name: str, size: float, *, ink: str = tokens.INK, bold: bool = False, looks: str = ""
) -> str:
    face = f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>'
    weight = "<w:b/>" if bold else ""
    default = ' w:default="1"' if ident == "Normal" else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{ident}"{default}><w:name w:val="{name}"/><w:qFormat/>'
        f'<w:pPr>{looks}</w:pPr><w:rPr>{weight}<w:color w:val="{colour(ink)}"/>{face}</w:rPr></w:style>'
    )


def _character_style(ident: str, name: str, looks: str = "") -> str:
    return (
        f'<w:style w:type="character" w:styleId="{ident}"><w:name w:val="{name}"/><w:qFormat/>'
        f"<w:rPr>{looks}</w:rPr></w:style>"
    )


def _space(before: float, after: float, line: int | None = None) -> str:
    """Spacing in points; ``line`` in twentieths of a point, at least."""
    pitch = f' w:line="{line}" w:lineRule="atLeast"' if line else ""
    return f'<w:spacing w:before="{round(before * 20)}" w:after="{round(after * 20)}"{pitch}/>'


def _tab(mm: float, kind: str, leader: str = "none") -> str:
    return f'<w:tabs><w:tab w:val="{kind}" w:leader="{leader}" w:pos="{twips(mm)}"/></w:tabs>'


def _heading(level: int, before: float, after: float) -> str:
    numbering = f'<w:numPr><w:ilvl w:val="{level - 1}"/><w:numId w:val="1"/></w:numPr>'
    looks = (
        f'<w:keepNext/><w:keepLines/>{numbering}{_space(before, after)}<w:outlineLvl w:val="{level - 1}"/>'
    )
    size = tokens.HEADING[level - 1]
    return _paragraph_style(f"Heading{level}", f"heading {level}", size, bold=True, looks=looks)


def _paragraph_styles() -> list[str]:
    indent = '<w:ind w:firstLineChars="200" w:firstLine="440"/>'
    width = tokens.TYPE_WIDTH
    soft, muted = tokens.INK_SOFT, tokens.INK_MUTED
    rule = (
        f'<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="2" w:color="{colour(tokens.LINE_2)}"/></w:pBdr>'
    )
    body = f'{_space(0, 0, LINE)}{indent}<w:jc w:val="both"/>'
    bullets = f'{_space(0, 0, LINE)}<w:ind w:left="720" w:hanging="280"/><w:jc w:val="both"/>'
    contents = _tab(width, "right", "dot")
    keep = "<w:keepNext/>"
    return [
        _paragraph_style("Normal", "Normal", tokens.BODY, looks=body),
        _heading(1, 12, 8),
        _heading(2, 13, 5),
        _heading(3, 9, 3),
        _paragraph_style("Bullets", "项目", tokens.BODY, looks=bullets),
        _paragraph_style(
            "Meta", "指标行", 9.5, ink=soft, looks=f"{keep}{_tab(width, 'right')}{_space(2, 3)}"
        ),
        _paragraph_style("TableText", "表文字", tokens.TABLE, looks=_space(0, 0)),
        _paragraph_style("TableHead", "表头", tokens.TABLE_HEAD, ink=soft, looks=_space(0, 0)),
        _paragraph_style("Caption", CAPTION, tokens.CAPTION, bold=True, looks=f"{keep}{_space(10, 3)}"),
        _paragraph_style("Source", "资料来源", tokens.SOURCE, ink=soft, looks=_space(3, 8)),
        _paragraph_style("Note", "注", tokens.SOURCE, ink=soft, looks=_space(3, 6)),
        _paragraph_style("Figure", "图", tokens.BODY, looks=f'{_space(2, 0)}<w:jc w:val="center"/>'),
        _paragraph_style(
            "Spacer", "间隔", 2, looks='<w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/>'
        ),
        _paragraph_style("ContentsTitle", "目录标题", 18, bold=True, looks=_space(0, 14)),
        _paragraph_style("TOC1", "toc 1", tokens.BODY, bold=True, looks=f"{contents}{_space(0, 0, 372)}"),
        _paragraph_style(
            "TOC2",
            "toc 2",
            tokens.BODY,
            ink=soft,
            looks=f'{contents}{_space(0, 0, 372)}<w:ind w:left="440"/>',
        ),
        _paragraph_style("CoverTitle", "封面标题", 30, bold=True, looks=_space(0, 0)),
        _paragraph_style(
            "CoverText", "封面文字", 10.5, ink=soft, looks=f"{_tab(width, 'right')}{_space(0, 0)}"
        ),
        _paragraph_style("CoverNote", "封面说明", 12, ink=soft, looks=_space(6, 0)),
        _paragraph_style("Header", "header", tokens.SOURCE, ink=muted, looks=f"{rule}{_tab(width, 'right')}"),
        _paragraph_style("Footer", "footer", 10, ink=soft),
    ]


def _character_styles() -> list[str]:
    dotted = f'<w:u w:val="dotted" w:color="{colour(tokens.SYNTHETIC)}"/>'
    return [
        _character_style("Number", "引用数"),
        _character_style("NumberMarked", "引用数 合成", dotted),
        _character_style("Code", CODE),
        _character_style("Day", DAY),
        _character_style("Unit", UNIT),
    ]


def styles() -> str:
    """Write the style sheet: Chinese names, one font, no theme."""
    fonts = f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
    language = '<w:lang w:val="en-US" w:eastAsia="zh-CN"/>'
    size = f'<w:sz w:val="{round(tokens.BODY * 2)}"/>'
    plain_table = (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr>'
        '<w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
    )
    default = (
        '<w:style w:type="character" w:default="1" w:styleId="DefaultFont"><w:name w:val="Default Paragraph Font"/>'
        "</w:style>"
    )
    every = "".join([*_paragraph_styles(), default, *_character_styles(), plain_table])
    defaults = (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{fonts}{size}{language}</w:rPr></w:rPrDefault>"
        "<w:pPrDefault/></w:docDefaults>"
    )
    return f"<w:styles {DECLARED}>{defaults}{every}</w:styles>"


def numbering() -> str:
    """Write the numbering of headings 一、（一）1., which Word continues when somebody inserts one."""
    kinds = (("chineseCountingThousand", "%1、", "nothing"), ("chineseCountingThousand", "（%2）", "nothing"),
             ("decimal", "%3.", "space"))  # fmt: skip
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:pStyle w:val="Heading{n + 1}"/>'
        f'<w:suff w:val="{gap}"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        '<w:pPr><w:ind w:left="0" w:firstLine="0"/></w:pPr></w:lvl>'
        for n, (kind, text, gap) in enumerate(kinds)
    )
    return (
        f'<w:numbering {DECLARED}><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>{levels}'
        '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )


def font_table() -> str:
    """Name what may stand in where the font is not installed."""
    return (
        f'<w:fonts {DECLARED}><w:font w:name="{FONT}"><w:altName w:val="{ALTERNATIVES}"/><w:charset w:val="86"/>'
        '<w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font></w:fonts>'
    )
