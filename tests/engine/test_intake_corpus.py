"""Small tables as offices send them, each with the verdict of every cell worked out by hand."""

from pathlib import Path

import pytest

from tijian.engine.catalogue.loading import load_city
from tijian.engine.exam.intake.examine import examine

CITY = Path(__file__).parents[2] / "cities" / "shenyang"
LETTER = {"t": "taken", "c": "converted", "a": "asked", "r": "refused", "b": "blank"}

# name: (text, verdicts); a verdict is ADDRESS LETTER[=VALUE], in the unit of the variable
TABLES = {
    "long form, ids": (
        "variable,area,period,value,unit,strand,mark\nsupply_water,210102,2019,5214,万m3,自体检,合成\n",
        "D2 t=5214",
    ),
    "long form, Chinese": (
        "指标,区,年份,数值,单位\n供水总量,和平区,2019,5214,万立方米\n漏损水量,和平,2019年,912,万m3\n",
        "D2 t=5214; D3 t=912",
    ),
    "long form, unit converted": (
        "variable,area,period,value,unit,strand,mark\nresident_pop,210102,2019,731000,人,自体检,\n",
        "D2 c=73.1",
    ),
    "long form, unit of another kind": (
        "variable,area,period,value,unit,strand,mark\nresident_pop,210102,2019,73.1,km2,自体检,\n",
        "D2 r=73.1",
    ),
    "long form, unknown variable, area, strand, period": (
        (
            "variable,area,period,value,unit,strand,mark\n"
            "resident_popp,210102,2019,73.1,万人,自体检,\n"
            "resident_pop,210199,2019,73.1,万人,自体检,\n"
            "resident_pop,210102,2019,73.1,万人,自查,\n"
            "resident_pop,210103,19年,73.1,万人,自体检,\n"
        ),
        "D2 r=73.1; D3 r=73.1; D4 r=73.1; D5 r=73.1",
    ),
    "long form, no figure and no reason": (
        (
            "variable,area,period,value,unit,strand,mark\n"
            "resident_pop,210102,2019,,万人,自体检,\n"
            "historic_districts_all,210102,2019,不适用,处,自体检,\n"
            "resident_pop,210103,2019,无数据,万人,自体检,\n"
        ),
        "D2 b; D3 b; D4 b",
    ),
    "long form, a sum of the city is not reported": (
        "variable,area,period,value,unit,strand,mark\nresident_pop,210100,2019,730,万人,自体检,\n",
        "D2 t=730",
    ),
    "long form, quoted and spaced": (
        'variable, area ,period,value,unit,strand,mark\nsupply_water,210102,2019," 5,214 ",万m3,自体检,\n',
        "D2 c=5214",
    ),
    "survey": (
        (
            "question,area,period,n,mean,margin\nQ01,210102,2019,300,72.5,2.1\nQ02,210102,2019,30.5,72.5,2.1\n"
            "Q01,210103,2019,0,无数据,0\nQ01,210104,2019,300,725,2.1\n"
        ),
        "D2 t=300; E2 t=72.5; F2 t=2.1; D3 r=30.5; E3 t=72.5; F3 t=2.1; D4 t=0; E4 b; F4 t=0; D5 t=300; E5 a=725; F5 t=2.1",
    ),
    "wide, units in the header": (
        "区,供水总量（万 m³）,漏损水量(立方米)\n和平区,5214,9120000\n沈河,5830,10900000\n",
        "B2 t=5214; C2 c=912; B3 t=5830; C3 c=1090",
    ),
    "wide, a row of units": (
        "区,供水总量,漏损水量,常住人口\n,万立方米,立方米,人\n和平区,5214,9120000,731000\n",
        "B3 t=5214; C3 c=912; D3 c=73.1",
    ),
    "wide, titles, serial numbers, footnotes": (
        (
            "附件2,,,\n沈阳市2019年供水情况表,,,\n单位：万立方米,,,\n序号,区县,供水总量,漏损水量\n1,和平区,5214,912\n"
            "2,沈河区,5830,1090\n注：数据来自抄表,,,\n填表人：张三,,审核人：李四,\n"
        ),
        "C5 t=5214; D5 t=912; C6 t=5830; D6 t=1090",
    ),
    "wide, the misread unit of the mock-up": (
        "区,常住人口（万人）\n和平区,73.1\n铁西区,1335935\n",
        "B2 t=73.1; B3 a=1335935",
    ),
    "wide, 亿 and full width": (
        "区,供水总量（万m3）,漏损水量（万m3）\n铁西区,1.02亿,1938\n浑南区,6472,６４１\n",
        "B2 c=10200; C2 t=1938; B3 t=6472; C3 c=641",
    ),
    "wide, words for nothing": (
        "区,供水总量,漏损水量\n和平区,—,暂无\n沈河区,无,N/A\n大东区,不适用,……\n皇姑区,,无数据：3 月抄表后补报\n",
        "B2 b; C2 b; B3 b; C3 b; B4 b; C4 b; B5 b; C5 b",
    ),
    "wide, words for about": (
        "区,供水总量,漏损水量\n和平区,约5214,912左右\n沈河区,5800-5900,1090（估）\n",
        "B2 a=5214; C2 a=912; B3 a; C3 a=1090",
    ),
    "wide, what is no number": (
        "区,供水总量,漏损水量\n和平区,见附件,#DIV/0!\n沈河区,1.2.3,2019/1/2\n大东区,5O14,912 吨多\n",
        "B2 r; C2 r; B3 r; C3 r; B4 r; C4 r=912",
    ),
    "wide, signs": (
        "区,供水总量,漏损水量\n和平区,(5214),-912\n沈河区,'5830,1090①\n",
        "B2 r=-5214; C2 r=-912; B3 c=5830; C3 c=1090",
    ),
    "wide, separators": (
        '区,供水总量,漏损水量\n和平区,"5,214","9,12"\n沈河区,5 830,"1，090"\n',
        "B2 c=5214; C2 a; B3 c=5830; C3 c=1090",
    ),
    "wide, counts": (
        "区,社区总数,养老服务设施达标的社区数\n和平区,120.5,90\n沈河区,0120,100\n",
        "B2 r=120.5; C2 t=90; B3 a=120; C3 t=100",
    ),
    "wide, part greater than whole": (
        "区,供水总量（万m3）,漏损水量（万m3）\n和平区,3600,4100\n沈河区,5830,1090\n",
        "B2 t=3600; C2 r=4100; B3 t=5830; C3 t=1090",
    ),
    "wide, quotient out of bounds": (
        "区,供水总量（万m3）,漏损水量（万m3）\n和平区,3600,2000\n",
        "B2 t=3600; C2 a=2000",
    ),
    "wide, unknown column and row": (
        "区,供水总量,漏损水两\n和平区,5214,912\n新民市,5214,—\n",
        "B2 t=5214; C2 r=912; B3 r=5214; C3 r",
    ),
    "wide, total that agrees": (
        (
            "区,供水总量\n和平区,5000\n沈河区,5000\n大东区,5000\n皇姑区,5000\n铁西区,5000\n苏家屯区,5000\n浑南区,5000\n"
            "沈北新区,5000\n于洪区,5000\n合计,45000\n"
        ),
        "B2 t=5000; B3 t=5000; B4 t=5000; B5 t=5000; B6 t=5000; B7 t=5000; B8 t=5000; B9 t=5000; B10 t=5000; B11 t=45000",
    ),
    "wide, total that does not": (
        (
            "区,供水总量\n和平区,5000\n沈河区,5000\n大东区,5000\n皇姑区,5000\n铁西区,5000\n苏家屯区,5000\n浑南区,5000\n"
            "沈北新区,5000\n于洪区,5000\n合计,46000\n"
        ),
        "B2 t=5000; B3 t=5000; B4 t=5000; B5 t=5000; B6 t=5000; B7 t=5000; B8 t=5000; B9 t=5000; B10 t=5000; B11 a=46000",
    ),
    "wide, a figure of the city itself": (
        "区,空气质量优良天数\n全市,219\n和平区,225\n",
        "B2 t=219; B3 t=225",
    ),
    "wide, years in the header": (
        "常住人口（万人）,,\n区,2018年,2019年\n和平区,73.1,73.4\n沈河区,78,—\n",
        "B3 t=73.1; C3 t=73.4; B4 t=78; C4 b",
    ),
    "wide, two levels of header": (
        ",常住人口（万人）,,供水总量（万m3）,\n区,2018,2019,2018,2019\n和平区,73.1,73.4,5214,5300\n",
        "B3 t=73.1; C3 t=73.4; D3 t=5214; E3 t=5300",
    ),
    "wide, a column of years": (
        "区,年份,供水总量（万m3）\n和平区,2018,5214\n,2019,5300\n沈河区,2018,5830\n",
        "C2 t=5214; C3 t=5300; C4 t=5830",
    ),
    "variables down, areas across": (
        "指标,单位,和平区,沈河区,合计\n供水总量,万立方米,5214,5830,11044\n常住人口,人,731000,780000,\n",
        "C2 t=5214; D2 t=5830; E2 t=11044; C3 c=73.1; D3 c=78; E3 b",
    ),
    "variables down, one area in the title": (
        "和平区2019年基础数据\n指标名称,计量单位,数值\n供水总量,万m3,5214\n漏损水量,万m3,—\n",
        "C3 t=5214; C4 b",
    ),
    "years down, one area in the title": (
        "和平区历年供水\n年份,供水总量（万m3）,漏损水量（万m3）\n2018,5214,912\n2019,5300,900\n",
        "B3 t=5214; C3 t=912; B4 t=5300; C4 t=900",
    ),
    "years down, the city": (
        "年份,地区生产总值（亿元）,R&D 经费内部支出（万元）\n2019,6470,1680000\n",
        "B2 t=6470; C2 c=168",
    ),
    "per cent": (
        "区,供水管网综合漏损率（%）\n和平区,17.5%\n沈河区,0.185\n大东区,16.2\n",
        "B2 c=17.5; B3 a=0.185; B4 t=16.2",
    ),
    "daily, labels that contradict": (
        "日期,AQI,质量等级\n2015-01-01,48,优\n2015年1月2日,100,轻度污染\n2015/1/3,151,轻度污染\n2015-01-04,,\n2015-01-05,66,好\n",
        "B2 t=48; C2 t; B3 t=100; C3 a; B4 t=151; C4 a; B5 b; C5 b; B6 t=66; C6 a",
    ),
    "daily, year, month and day apart": (
        "2015年沈阳市空气质量日报\n月,日,AQI\n1,1,48\n2,30,51\n12,31,501\n",
        "C3 t=48; C4 r=51; C5 a=501",
    ),
    "daily, columns nobody asked for": (
        "date,city,aqi,pm25,rank\n2015-01-01,沈阳,48,12~20,\n",
        "C2 t=48; D2 t; E2 b",
    ),
    "tabs": ("区\t供水总量\n和平区\t5214\n", "B2 t=5214"),
    "semicolons": ("区;供水总量;漏损水量\n和平区;5,214;912\n", "B2 c=5214; C2 t=912"),
    "semicolons and many commas": (
        "区;供水总量（m3）;漏损水量（m3）\n和平区;52,140,000;9,120,000\n沈河区;58300000;10900000\n",
        "B2 c=5214; C2 c=912; B3 c=5830; C3 c=1090",
    ),
    "a share written as a fraction, the whole column": (
        "区,城市水环境质量优于Ⅴ类比例（%）\n和平区,0.85\n沈河区,0.9\n大东区,1\n",
        "B2 a=0.85; B3 a=0.9; B4 a=1",
    ),
    "the city beside its areas": (
        "市,区,供水总量\n沈阳市,和平区,5214\n沈阳市,沈河区,5830\n",
        "C2 t=5214; C3 t=5830",
    ),
    "numbered names": (
        "序号,指标,和平区\n1,1.供水总量,5214\n2,（2）漏损水量,912\n3,三、常住人口,73.1\n",
        "C2 t=5214; C3 t=912; C4 t=73.1",
    ),
    "daily, a zero and a sum": (
        "日期,AQI\n2015-01-01,48\n2015-01-02,0\n合计,48\n",
        "B2 t=48; B3 a=0; B4 r=48",
    ),
    "blank rows and columns": (
        "区,,供水总量,,\n,,,,\n和平区,,5214,,\n,,,,\n沈河区,,5830,,\n",
        "C3 t=5214; C5 t=5830",
    ),
    "a header that comes again": (
        "区,供水总量\n和平区,5214\n区,供水总量\n沈河区,5830\n",
        "B2 t=5214; B4 t=5830",
    ),
    "code and name that disagree": (
        "行政区划代码,区名,供水总量\n210102,和平区,5214\n210103,大东区,5214\n",
        "C2 t=5214; C3 r=5214",
    ),
    "nothing that is known": (
        "甲,乙\n1,2\n",
        "A2 r=1; B2 r=2",
    ),
    "groups over columns": (
        "区（县）,供水,,供热管网总长\n,总量,其中：漏损水量,km\n和平区,5214,912,500\n",
        "B3 t=5214; C3 t=912; D3 t=500",
    ),
    "two tables, one below the other": (
        "供水\n区,供水总量\n和平区,5214\n\n供热\n区,供热管网总长\n沈河区,500\n",
        "B3 t=5214; B7 t=500",
    ),
    "no header at all": (
        "和平区,5214,912\n沈河区,5830,1090\n",
        "B1 r=5214; C1 r=912; B2 r=5830; C2 r=1090",
    ),
    "years and variables down, the year written once": (
        "年份,指标,和平区,沈河区\n2018,供水总量,5214,5830\n,漏损水量,912,1090\n2019,供水总量,5300,5900\n",
        "C2 t=5214; D2 t=5830; C3 t=912; D3 t=1090; C4 t=5300; D4 t=5900",
    ),
    "an area left out is not guessed from the serial number": (
        "序号,区,供水总量\n1,和平区,5214\n2,,5830\n",
        "C2 t=5214; C3 r=5830",
    ),
    "a unit on the second line of a header": (
        '区,"漏损水量\n立方米",供水总量 万立方米\n和平区,9120000,5214\n',
        "B2 c=912; C2 t=5214",
    ),
    "a row that only looks like a footnote": (
        "指标,和平区,沈河区\n注册企业数,—,无\n供水总量,5214,5830\n注：无,,\n",
        "B2 r; C2 r; B3 t=5214; C3 t=5830",
    ),
    "a daily table of nothing that is known": (
        "日期,PM2.5,臭氧\n2015-01-01,48,33\n",
        "B2 r=48; C2 r=33",
    ),
    "供暖季": (
        "区,供暖季,应供热面积（万m2）\n和平区,2018-2019供暖季,3000\n沈河区,2019,3000\n大东区,2019-01,3000\n",
        "C2 t=3000; C3 t=3000; C4 r=3000",
    ),
    "the same twice": (
        "区,供水总量,supply_water\n和平区,5214,5214\n沈河区,5830,5831\n",
        "B2 t=5214; C2 t=5214; B3 a=5830; C3 a=5831",
    ),
}


@pytest.fixture(scope="module")
def city():
    return load_city(CITY)


def _expected(text):
    found = {}
    for part in text.split(";"):
        address, _, verdict = part.strip().partition(" ")
        letter, _, value = verdict.partition("=")
        found[address] = (LETTER[letter], float(value) if value else None)
    return found


@pytest.mark.parametrize("name", TABLES)
def test_every_cell_has_the_verdict_worked_out_by_hand(city, name):
    text, verdicts = TABLES[name]
    intake = examine([("表.csv", text.encode())], city, year=2019)
    assert not intake.faults
    found = {
        c.address: (c.verdict.value, None if c.value is None else round(c.value, 9)) for c in intake.cells
    }
    assert found == _expected(verdicts)
    for cell in intake.cells:
        assert cell.note or cell.verdict in {"taken", "blank"}


def test_the_corpus_is_large_enough():
    assert len(TABLES) >= 30
