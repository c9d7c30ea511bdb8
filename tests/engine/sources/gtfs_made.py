"""Small GTFS feeds, written by the tests that need them."""

import zipfile

WEEK = "monday,tuesday,wednesday,thursday,friday,saturday,sunday"
FILES = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\n1,公交,http://a.invalid,Asia/Shanghai\n",
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\nA,甲站,41.80,123.40\nB,乙站,41.81,123.41\n"
    "C,丙站,41.82,123.42\nD,无车站,41.83,123.43\n",
    "routes.txt": "route_id,route_short_name,route_type\nR,1路,3\n",
    "calendar.txt": f"service_id,{WEEK},start_date,end_date\nW,1,1,1,1,1,0,0,20190501,20190531\n"
    "S,0,0,0,0,0,1,1,20190501,20190531\n",
    "trips.txt": "route_id,service_id,trip_id,direction_id\nR,W,t1,0\nR,W,t2,1\nR,S,t3,0\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    "t1,08:00:00,08:00:00,A,1\nt1,,,B,2\nt1,08:20:00,08:20:00,C,3\n"
    "t2,08:30:00,08:30:00,C,1\nt2,08:40:00,08:41:00,B,2\nt2,08:50:00,08:50:00,A,3\n"
    "t3,09:00:00,09:00:00,A,1\nt3,09:30:00,09:30:00,C,2\n",
}


def write_zip(path, folder="", **changes):
    """Write a zip of the files; a change of ``None`` leaves a file out, ``x_txt`` stands for ``x.txt``."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in made(changes).items():
            archive.writestr(folder + name, text)
    return path


def write_folder(path, **changes):
    """Write the files into a folder."""
    path.mkdir()
    for name, text in made(changes).items():
        (path / name).write_text(text, encoding="utf-8")
    return path


def made(changes):
    files = FILES | {name.replace("_txt", ".txt"): text for name, text in changes.items()}
    return {name: text for name, text in files.items() if text is not None}
