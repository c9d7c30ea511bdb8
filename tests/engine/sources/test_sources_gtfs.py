"""GTFS: hand-counted feeds, the facts of three real ones, and everything that can be wrong in one."""

import csv
import io
import zipfile
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from gtfs_made import FILES, WEEK, write_folder, write_zip
from hypothesis import given
from hypothesis import strategies as st

from tijian.engine.kernel.faults import Refused
from tijian.engine.sources.gtfs import merge, read_gtfs
from tijian.engine.sources.gtfs_departures import departures, headways
from tijian.engine.sources.gtfs_files import parse
from tijian.engine.sources.gtfs_times import interpolated, seconds

SHARED = Path(__file__).parents[3] / ".." / "shared" / "data"
real = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not here")
HOUR = 3600
WEDNESDAY, SATURDAY = date(2019, 5, 15), date(2019, 5, 18)


@pytest.fixture
def feed(tmp_path):
    return read_gtfs(write_zip(tmp_path / "a.zip"), "gtfs/a.zip")


def read(tmp_path, **changes):
    return read_gtfs(write_zip(tmp_path / "a.zip", **changes), "gtfs/a.zip")


def faults_of(tmp_path, **changes):
    with pytest.raises(Refused) as refused:
        read(tmp_path, **changes)
    return [(fault.code, fault.file, fault.place) for fault in refused.value.faults]


def counts(feed, day, start, end):
    found = departures(feed, day, start * HOUR, end * HOUR)
    return Counter(feed.stops.id[i] for i in found.stop)


def more(name, *rows):
    return FILES[name] + "".join(f"{row}\n" for row in rows)


def test_departures_of_a_working_day_by_hand(feed):
    found = departures(feed, WEDNESDAY, 8 * HOUR, 9 * HOUR)
    told = [
        (feed.stops.id[s], t / 60, feed.trips.id[i], bool(last))
        for s, t, i, last in zip(found.stop, found.time, found.trip, found.last, strict=True)
    ]
    assert told == [
        ("A", 480, "t1", False),
        ("A", 530, "t2", True),
        ("B", 490, "t1", False),
        ("B", 521, "t2", False),
        ("C", 500, "t1", True),
        ("C", 510, "t2", False),
    ]


def test_a_blank_time_is_put_between_its_neighbours_and_counted(feed):
    assert (feed.blank, feed.calls) == (1, 8)
    call = np.flatnonzero((feed.trips.trip == 0) & (feed.trips.stop == 1))
    assert feed.trips.time[call].tolist() == [8 * HOUR + 600]


def test_another_day_has_other_services(feed):
    assert counts(feed, SATURDAY, 0, 24) == {"A": 1, "C": 1}


def test_the_window_holds_its_start_and_not_its_end(feed):
    assert counts(feed, WEDNESDAY, 8, 8.5) == {"A": 1, "B": 1, "C": 1}
    assert counts(feed, WEDNESDAY, 8.5, 9)["C"] == 1


def test_headway_is_the_window_by_departures_and_no_service_stays(feed):
    found = headways(feed, WEDNESDAY, 8 * HOUR, 10 * HOUR)
    assert found.departures.tolist() == [2, 2, 2, 0]
    assert found.minutes.tolist() == [60, 60, 60, np.inf]
    assert found.by_direction.tolist() == [[1, 1, 0], [1, 1, 0], [1, 1, 0], [0, 0, 0]]
    assert found.minutes_by_direction.tolist() == [120, 120, 120, np.inf]


def test_an_untold_direction_is_a_direction_of_its_own(tmp_path):
    feed = read(tmp_path, trips_txt="route_id,service_id,trip_id\nR,W,t1\nR,W,t2\nR,S,t3\n")
    assert headways(feed, WEDNESDAY, 0, 24 * HOUR).by_direction.tolist()[0] == [0, 0, 2]


def test_exceptions_add_and_remove(tmp_path):
    text = "service_id,date,exception_type\nW,20190515,2\nS,20190515,1\nS,20190518,2\n"
    feed = read(tmp_path, calendar_dates_txt=text)
    assert counts(feed, WEDNESDAY, 0, 24) == {"A": 1, "C": 1}
    assert counts(feed, SATURDAY, 0, 24) == {}
    assert counts(feed, date(2019, 5, 16), 0, 24)["A"] == 2


def test_a_calendar_of_single_dates_alone_is_a_calendar(tmp_path):
    text = "service_id,date,exception_type\nW,20190515,1\nW,20190517,1\n"
    feed = read(tmp_path, calendar_txt=None, calendar_dates_txt=text)
    assert feed.dates == (date(2019, 5, 15), date(2019, 5, 17))
    assert [x.code for x in feed.left] == ["service"]
    assert counts(feed, date(2019, 5, 16), 0, 24) == {}


@pytest.mark.parametrize("day", [date(2019, 4, 30), date(2019, 6, 1), date(2020, 5, 15)])
def test_a_date_outside_the_calendar_is_refused(feed, day):
    with pytest.raises(Refused) as refused:
        departures(feed, day, 0, 24 * HOUR)
    (fault,) = refused.value.faults
    assert (fault.code, fault.value) == ("gtfs.date", str(day))
    assert "2019-05-01 至 2019-05-31" in fault.expected


def test_feed_info_narrows_the_dates(tmp_path):
    text = "feed_publisher_name,feed_start_date,feed_end_date\nx,20190510,20190520\n"
    assert read(tmp_path, feed_info_txt=text).dates == (date(2019, 5, 10), date(2019, 5, 20))
    blank = "feed_publisher_name,feed_start_date,feed_end_date\nx,,20190520\n"
    assert read(tmp_path, feed_info_txt=blank).dates == (date(2019, 5, 1), date(2019, 5, 20))


def test_a_trip_past_midnight_counts_in_its_own_night_and_on_the_next_date(tmp_path):
    feed = read(
        tmp_path,
        trips_txt=more("trips.txt", "R,W,night,0"),
        stop_times_txt=more(
            "stop_times.txt",
            "night,23:50:00,23:50:00,A,1",
            "night,24:10:00,24:10:00,B,2",
            "night,25:10:00,25:10:00,D,3",
        ),
    )
    friday = date(2019, 5, 17)
    assert counts(feed, friday, 23, 26) == {"A": 1, "B": 1, "D": 1}
    assert counts(feed, SATURDAY, 0, 2) == {"B": 1, "D": 1}
    assert counts(feed, friday, 0, 2) == {"B": 1, "D": 1}  # of Thursday night
    assert counts(feed, date(2019, 5, 20), 0, 2) == {}  # Monday: no trip on Sunday night
    found = departures(feed, SATURDAY, 0, 2 * HOUR)
    assert found.time.tolist() == [600, 4200]


def test_a_window_past_midnight_holds_the_trips_of_the_next_morning(tmp_path):
    feed = read(
        tmp_path,
        trips_txt=more("trips.txt", "R,W,early,0"),
        stop_times_txt=more("stop_times.txt", "early,00:30:00,00:30:00,A,1", "early,00:40:00,00:40:00,D,2"),
    )
    assert counts(feed, WEDNESDAY, 23, 25) == {"A": 1, "D": 1}


def test_the_night_before_the_first_date_has_no_trips_of_another_day(tmp_path):
    feed = read(
        tmp_path,
        trips_txt=more("trips.txt", "R,W,night,0"),
        stop_times_txt=more("stop_times.txt", "night,23:50:00,23:50:00,A,1", "night,24:10:00,24:10:00,D,2"),
    )
    assert counts(feed, date(2019, 5, 1), 0, 1) == {}


def test_trips_by_frequency_leave_before_the_end_and_not_at_their_own_times(tmp_path):
    text = "trip_id,start_time,end_time,headway_secs\nt1,06:00:00,06:30:00,600\nt1,06:30:00,06:59:00,1200\n"
    feed = read(tmp_path, frequencies_txt=text)
    found = departures(feed, WEDNESDAY, 0, 24 * HOUR)
    at = {
        s: [t / 60 for t, i, k in zip(found.time, found.trip, found.stop, strict=True) if i == 0 and k == s]
        for s in range(3)
    }
    assert at[0] == [360, 370, 380, 390, 410]
    assert at[1] == [370, 380, 390, 400, 420]
    assert at[2] == [380, 390, 400, 410, 430]
    assert counts(feed, WEDNESDAY, 6, 6.5)["A"] == 3


def test_header_and_cells_with_blanks_and_quotes(tmp_path):
    agency = 'agency_id," agency_name", agency_url , "agency_timezone"\n1,a,b, Asia/Shanghai \n'
    assert read(tmp_path, agency_txt=agency).timezone == "Asia/Shanghai"
    columns = parse(b'\xef\xbb\xbf a , "b,c"\r\n 1 ,"2 "\r\n\r\n', "x")
    assert columns.columns == {"a": ["1"], "b,c": ["2"]}


def test_a_folder_and_a_zip_with_a_folder_in_it_read_the_same(tmp_path, feed):
    folder = read_gtfs(write_folder(tmp_path / "f"), "f")
    nested = read_gtfs(write_zip(tmp_path / "n.zip", folder="gtfs-2019/"), "n")
    for other in (folder, nested):
        assert (other.stops.id, other.trips.id) == (feed.stops.id, feed.trips.id)
        assert other.trips.time.tolist() == feed.trips.time.tolist()
    assert read_gtfs(tmp_path / "f", "f").record == folder.record
    (tmp_path / "f/stops.txt").write_text(FILES["stops.txt"].replace("41.80", "41.79"), encoding="utf-8")
    assert read_gtfs(tmp_path / "f", "f").record.sha256 != folder.record.sha256


def test_several_feeds_are_one_and_keep_their_departures(tmp_path):
    bus = read_gtfs(write_zip(tmp_path / "a.zip"), "a", "bus:")
    metro_files = {"trips_txt": "route_id,service_id,trip_id\nR,W,t1\nR,S,t3\n"}
    stop_times = "\n".join(line for line in FILES["stop_times.txt"].splitlines() if not line.startswith("t2"))
    frequencies = "trip_id,start_time,end_time,headway_secs\nt1,08:00:00,08:20:00,600\n"
    metro = read_gtfs(
        write_zip(tmp_path / "b.zip", stop_times_txt=stop_times, frequencies_txt=frequencies, **metro_files),
        "b",
        "metro:",
    )
    both = merge([bus, metro])
    assert len(both.stops) == 8
    assert counts(both, WEDNESDAY, 8, 9) == {
        "bus:A": 2, "bus:B": 2, "bus:C": 2, "metro:A": 2, "metro:B": 2, "metro:C": 2,
    }  # fmt: skip
    assert counts(merge([metro, bus]), WEDNESDAY, 8, 9) == counts(both, WEDNESDAY, 8, 9)
    assert (both.blank, both.calls) == (2, 13)


def test_feeds_that_cannot_be_one_are_refused(tmp_path, feed):
    def code(other):
        with pytest.raises(Refused) as refused:
            merge([feed, other])
        return [fault.code for fault in refused.value.faults]

    assert code(feed) == ["gtfs.prefix"]
    path = tmp_path / "b.zip"
    zone = FILES["agency.txt"].replace("Asia/Shanghai", "Asia/Urumqi")
    assert code(read_gtfs(write_zip(path, agency_txt=zone), "b", "b:")) == ["gtfs.timezone"]
    later = FILES["calendar.txt"].replace("201905", "202005")
    assert code(read_gtfs(write_zip(path, calendar_txt=later), "b", "b:")) == ["gtfs.dates"]


@pytest.mark.parametrize("name", ["agency", "stops", "routes", "trips", "stop_times", "calendar"])
def test_a_missing_file_is_named(tmp_path, name):
    assert faults_of(tmp_path, **{f"{name}_txt": None}) == [("gtfs.file", f"gtfs/a.zip/{name}.txt", "")]


def test_all_missing_files_are_told_at_once(tmp_path):
    assert len(faults_of(tmp_path, stops_txt=None, trips_txt=None, calendar_txt=None)) == 3


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"stops_txt": "stop_id,stop_name\nA,x\n"}, [("gtfs.column", "stops.txt", "表头")] * 2),
        ({"trips_txt": "route_id,trip_id\nR,t1\n"}, [("gtfs.column", "trips.txt", "表头")]),
        ({"stops_txt": FILES["stops.txt"].replace("41.80", "241.80")}, [("gtfs.degrees", "stops.txt", "第 1 条，stop_lat")]),
        ({"stops_txt": more("stops.txt", "A,x,1,1")}, [("gtfs.stop", "stops.txt", "第 5 条")]),
        ({"stops_txt": more("stops.txt", "E,x,1")}, [("gtfs.width", "stops.txt", "第 6 行")]),
        ({"stops_txt": "stop_id,stop_lat,stop_lon,stop_id\n"}, [("gtfs.column", "stops.txt", "表头")]),
        ({"agency_txt": "agency_timezone\nAsia/Shanghai\nAsia/Tokyo\n"}, [("gtfs.timezone", "agency.txt", "agency_timezone")]),
        ({"calendar_txt": FILES["calendar.txt"].replace("20190501", "2019051")}, None),
        ({"calendar_txt": f"service_id,{WEEK},start_date,end_date\n"}, [("gtfs.calendar", "", "calendar.txt")]),
        ({"calendar_txt": f"service_id,{WEEK},start_date,end_date\nW,0,0,0,0,0,0,0,20190501,20190531\n"}, None),
        ({"calendar_dates_txt": "service_id,date,exception_type\nW,20190515,3\n"}, [("gtfs.exception", "calendar_dates.txt", "第 1 条，exception_type")]),
        ({"trips_txt": "route_id,service_id,trip_id\n"}, [("gtfs.trips", "", "trips.txt")]),
    ],
)  # fmt: skip
def test_what_makes_a_feed_unusable_is_refused_with_its_place(tmp_path, changes, expected):
    found = faults_of(tmp_path, **changes)
    if expected is not None:
        files = [("gtfs/a.zip/" + file if file else "gtfs/a.zip") for _, file, _ in expected]
        assert found[: len(expected)] == [(c, f, p) for (c, _, p), f in zip(expected, files, strict=True)]
    assert found


@pytest.mark.parametrize(
    ("changes", "code", "named"),
    [
        ({"trips_txt": more("trips.txt", "X,W,bad,0")}, "route", "bad"),
        ({"trips_txt": more("trips.txt", "R,X,bad,0")}, "service", "bad"),
        ({"stop_times_txt": more("stop_times.txt", "ghost,08:00:00,08:00:00,A,1")}, "trip", "ghost"),
        ({"trips_txt": more("trips.txt", "R,W,bad,0")}, "calls", "bad"),
    ],
)
def test_dangling_identifiers_cost_only_their_own_trip(tmp_path, changes, code, named):
    feed = read(tmp_path, **changes)
    assert [(x.code, x.count, x.first) for x in feed.left] == [(code, 1, (named,))]
    assert all(x.reason for x in feed.left)
    assert feed.trips.id == ["t1", "t2", "t3"]
    assert counts(feed, WEDNESDAY, 8, 9) == {"A": 2, "B": 2, "C": 2}


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (["bad,08:00:00,08:00:00,A,1", "bad,08:10:00,08:10:00,Z,2"], "stop"),
        (["bad,08:00:00,08:00:00,A,1", "bad,25:10,25:10,B,2"], "time"),
        (["bad,08:00:00,08:00:00,A,1", "bad,08:61:00,08:61:00,B,2"], "time"),
        (["bad,08:00:00,08:00:00,A,1", "bad,08:10:00,08:10:00,B,1"], "order"),
        (["bad,08:00:00,08:00:00,A,1", "bad,08:10:00,08:10:00,B,x"], "order"),
        (["bad,,,A,1", "bad,08:10:00,08:10:00,B,2"], "ends"),
        (["bad,08:10:00,08:10:00,A,1", "bad,,,B,2"], "ends"),
        (["bad,08:10:00,08:10:00,A,1", "bad,,,B,2", "bad,08:00:00,08:00:00,C,3"], "back"),
        (["bad,08:10:00,08:10:00,A,1"], "calls"),
    ],
)
def test_a_trip_that_cannot_be_right_is_left_out_and_named(tmp_path, rows, code):
    feed = read(
        tmp_path, trips_txt=more("trips.txt", "R,W,bad,0"), stop_times_txt=more("stop_times.txt", *rows)
    )
    assert [(x.code, x.count, x.first) for x in feed.left] == [(code, 1, ("bad",))]
    assert counts(feed, WEDNESDAY, 8, 9) == {"A": 2, "B": 2, "C": 2}


@pytest.mark.parametrize(
    "row", ["t1,07:00:00,06:00:00,600", "t1,06:00:00,07:00:00,0", "t1,06:00,07:00:00,600"]
)
def test_a_wrong_frequency_costs_its_trip(tmp_path, row):
    feed = read(tmp_path, frequencies_txt=f"trip_id,start_time,end_time,headway_secs\n{row}\n")
    assert [x.code for x in feed.left] == ["frequency"]
    assert counts(feed, WEDNESDAY, 8, 9) == {"A": 1, "B": 1, "C": 1}


def test_an_arrival_stands_in_for_a_missing_departure(tmp_path):
    text = FILES["stop_times.txt"].replace("t1,,,B,2", "t1,08:05:00,,B,2")
    feed = read(tmp_path, stop_times_txt=text)
    assert feed.blank == 0
    assert (8 * HOUR + 300) in feed.trips.time


def test_rows_in_any_order_give_the_same_departures(tmp_path, feed):
    head, *rows = FILES["stop_times.txt"].splitlines()
    other = read(tmp_path, stop_times_txt="\n".join([head, *reversed(rows)]))
    assert other.trips.time.tolist() == feed.trips.time.tolist()
    assert other.trips.stop.tolist() == feed.trips.stop.tolist()


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 and no more", b"not a zip"])
def test_a_broken_zip_is_refused(tmp_path, data):
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    with pytest.raises(Refused) as refused:
        read_gtfs(path, "a")
    assert [fault.code for fault in refused.value.faults] == ["gtfs.zip"]


def test_a_zip_cut_or_damaged_anywhere_is_refused(tmp_path):
    data = write_zip(tmp_path / "a.zip").read_bytes()
    path = tmp_path / "b.zip"
    for cut in range(0, len(data) - 1, 97):
        path.write_bytes(data[:cut])
        with pytest.raises(Refused):
            read_gtfs(path, "b")
    at = data.index(b"stop_times.txt") + 30
    path.write_bytes(data[:at] + bytes(b ^ 0xFF for b in data[at : at + 4]) + data[at + 4 :])
    with pytest.raises(Refused):
        read_gtfs(path, "b")


def test_a_member_that_unpacks_beyond_reason_is_refused_unread(tmp_path, monkeypatch):
    read_before = []
    whole = zipfile.ZipFile.read
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda z, i: read_before.append(i.filename) or whole(z, i))
    monkeypatch.setattr("tijian.engine.sources.gtfs_files.MAX_BYTES", 1 << 20)
    path = write_zip(tmp_path / "a.zip", stop_times_txt="x" * (1 << 21))
    with pytest.raises(Refused) as refused:
        read_gtfs(path, "a")
    (fault,) = refused.value.faults
    assert (fault.code, fault.place) == ("gtfs.zip", "stop_times.txt")
    assert "stops.txt" in read_before
    assert "stop_times.txt" not in read_before


def test_two_feeds_in_one_zip_are_refused(tmp_path):
    path = write_zip(tmp_path / "a.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../../other/stops.txt", FILES["stops.txt"])
    with pytest.raises(Refused) as refused:
        read_gtfs(path, "a")
    assert [fault.place for fault in refused.value.faults] == ["stops.txt"]


def test_nothing_of_a_zip_is_written_to_disk(tmp_path):
    inside = tmp_path / "in"
    inside.mkdir()
    path = write_zip(inside / "a.zip", folder="../")
    read_gtfs(path, "a")
    assert [p.name for p in tmp_path.iterdir()] == ["in"]
    assert [p.name for p in inside.iterdir()] == ["a.zip"]


@given(st.integers(0, 200), st.integers(0, 59), st.integers(0, 59))
def test_times_are_read_beyond_midnight(h, m, s):
    assert seconds([f"{h}:{m:02}:{s:02}", f"{h:02}:{m:02}:{s:02}"]).tolist() == [h * 3600 + m * 60 + s] * 2


@pytest.mark.parametrize("cell", ["8", "08:00", "08:00:60", "8:0:0", "-1:00:00", "24：00：00", "１0:00:00x"])
def test_what_is_no_time(cell):
    assert seconds([cell]).tolist() == [-1]


@given(st.lists(st.floats(0, 1e5), min_size=2, max_size=6), st.integers(0, 3))
def test_interpolation_is_even_and_keeps_what_is_timed(times, gap):
    times = sorted(times)
    row = np.full((len(times) - 1) * (gap + 1) + 1, np.nan)
    row[:: gap + 1] = times
    filled = interpolated(row)
    assert filled[:: gap + 1].tolist() == times
    assert (np.diff(filled) >= -1e-9).all()


def rows_of(path, name):
    with zipfile.ZipFile(path) as archive:
        text = archive.read(name).decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text))
    return [dict(zip((h.strip() for h in header), row, strict=True)) for row in rows]


def slow_counts(path, running, start, end, *, fill):
    """Count calls by stop with plain loops; blank times are filled one trip at a time, or left out."""
    service = {row["trip_id"]: row["service_id"] for row in rows_of(path, "trips.txt")}
    calls = defaultdict(list)
    for row in rows_of(path, "stop_times.txt"):
        calls[row["trip_id"]].append((int(row["stop_sequence"]), row["stop_id"], row["departure_time"]))
    found = Counter()
    for trip, unsorted in calls.items():
        if service[trip] not in running:
            continue
        own = sorted(unsorted)
        timed = {
            i: sum(int(p) * w for p, w in zip(t.split(":"), (3600, 60, 1), strict=True))
            for i, (_, _, t) in enumerate(own)
            if t
        }
        for i, (_, stop, _) in enumerate(own):
            if i in timed:
                time = timed[i]
            elif fill:
                a, b = max(k for k in timed if k < i), min(k for k in timed if k > i)
                time = timed[a] + (timed[b] - timed[a]) * (i - a) / (b - a)
            else:
                continue
            found[stop] += start <= time < end
    return found


@real
def test_porto_alegre_is_mostly_blank_and_counts_as_a_slow_loop_does():
    path = SHARED / "porto_alegre/poa_eptc.zip"
    feed = read_gtfs(path, "eptc")
    assert (feed.blank, feed.calls, feed.left) == (125_271, 130_019, ())
    assert (feed.trips.time.min(), feed.trips.time.max()) == (11 * HOUR + 1200, 17 * HOUR + 3000)
    found = headways(feed, WEDNESDAY, 14 * HOUR, 16 * HOUR)
    (calendar,) = feed.calendars.values()
    slow = slow_counts(path, calendar.running(WEDNESDAY), 14 * HOUR, 16 * HOUR, fill=True)
    assert dict(zip(feed.stops.id, found.departures.tolist(), strict=True)) == {
        s: slow[s] for s in feed.stops.id
    }
    assert (int((found.minutes <= 20).sum()), len(feed.stops)) == (3112, 3986)
    timed = slow_counts(path, calendar.running(WEDNESDAY), 14 * HOUR, 16 * HOUR, fill=False)
    assert sum(n > 0 and 120 / n <= 20 for n in timed.values()) == 189


@real
def test_both_feeds_of_porto_alegre_share_their_dates():
    feeds = [read_gtfs(SHARED / f"porto_alegre/poa_{n}.zip", n, f"{n}:") for n in ("eptc", "trensurb")]
    both = merge(feeds)
    assert both.dates == (date(2019, 4, 15), date(2019, 7, 11))
    assert len(both.stops) == 3986 + 24
    each = [headways(feed, WEDNESDAY, 14 * HOUR, 16 * HOUR).departures for feed in feeds]
    assert (
        headways(both, WEDNESDAY, 14 * HOUR, 16 * HOUR).departures.tolist() == np.concatenate(each).tolist()
    )
    assert (each[1] > 0).all()
    for day in (date(2019, 4, 14), date(2019, 7, 12)):
        with pytest.raises(Refused):
            headways(both, day, 0, HOUR)


@real
def test_sao_paulo_runs_by_frequency_alone():
    feed = read_gtfs(SHARED / "sao_paulo/spo_gtfs.zip", "spo")
    runs = feed.trips.frequencies
    assert (len(feed.trips.id), len(np.unique(runs[:, 0])), len(runs)) == (36, 36, 704)
    assert (runs[:, 2] % HOUR == 59 * 60).all()
    first = int(np.flatnonzero(feed.trips.trip == 0)[0])
    found = departures(feed, WEDNESDAY, 4 * HOUR, 5 * HOUR)
    own = runs[(runs[:, 0] == 0) & (runs[:, 1] == 4 * HOUR)]
    expected = [4 * HOUR + k * own[0, 3] for k in range(100) if 4 * HOUR + k * own[0, 3] < own[0, 2]]
    at_first = (found.trip == 0) & (found.stop == feed.trips.stop[first])
    assert found.time[at_first].tolist() == expected
    with pytest.raises(Refused):
        departures(feed, date(2020, 5, 2), 0, HOUR)
    assert len(departures(feed, date(2020, 5, 1), 8 * HOUR, 9 * HOUR)) > 0
