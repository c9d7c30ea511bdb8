"""A new installation, whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from django.conf import settings

from tijian.engine.catalogue.loading import City
from tijian.engine.exam.folder import open_city
from tijian.engine.kernel.canonical import sha256_file
from tijian.engine.kernel.faults import Fault, Faults, Refused
from tijian.engine.kernel.shipped import shipped
from tijian.shells.settings.django_settings import parse_address
from tijian.shells.settings.installation import (
    SECRET,
    SQLITE,
    Installation,
    write_installation,
    write_secret,
)
from tijian.shells.settings.staff import staff, staff_for_demo
from tijian.shells.settings.use import using

PARTS = ("city", "chain", "evidence", "logs")


def create(
    folder: Path, city: str, database: str, actor: str, then: Callable[[City, str], None] | None = None
) -> City:
    """Copy a city, make the database, write the first entry and what follows it.

    Args:
        folder: Where; absent or empty.
        city: Name of a shipped city, or the path of a city folder.
        database: ``sqlite`` or the address of an empty PostgreSQL database.
        actor: Account in whose name it is done.
        then: What is written after the first entry; without it what ``begin`` writes.

    Raises:
        Refused: If the folder is in use, the city is faulty or the database cannot be used. What was
            made up to then is taken away again.
    """
    _check_folder(folder)
    source = find_city(city)
    opened = open_city(source)
    if database != SQLITE:
        _check_postgresql(database)
    existed = folder.exists()
    try:
        _fill(folder, source, database)
        _open(folder, opened, actor, then or begin)
    except BaseException:
        _take_away(folder, existed)
        raise
    return opened


def begin(city: City, actor: str, *, demo: bool = False) -> None:
    """Publish what the city brings, then set up its bodies and the first account, and those of a demo."""
    _publish(Path(settings.INSTALLATION) / "city", city.name, actor)
    staff(city, actor)  # last: from the first account on, rights are those of accounts
    if demo:
        staff_for_demo(actor)


def find_city(name: str) -> Path:
    """Find a city folder by path, else among those that are shipped.

    Raises:
        Refused: If there is none.
    """
    if (Path(name) / "city.yaml").is_file():
        return Path(name)
    try:
        return shipped("cities", name)
    except FileNotFoundError as error:
        expected = "随附的城市名，或一个城市文件夹的路径"
        raise Refused([Fault("city.missing", "--city", "", name, expected, "请检查名称。")]) from error


def _check_folder(folder: Path) -> None:
    faults = Faults()
    if folder.exists() and not folder.is_dir():
        faults.add(
            "data.file", str(folder), "", None, "一个还不存在或空的文件夹", "这里是一个文件，请换一个名字。"
        )
    elif folder.is_dir() and any(folder.iterdir()):
        hint = "里面已有内容，什么也没有动；请换一个名字，或自己先移走它。"
        faults.add("data.exists", str(folder), "", None, "一个还不存在或空的文件夹", hint)
    faults.raise_if_any()


def _check_postgresql(address: str) -> None:
    parts = parse_address(address)
    try:
        with psycopg.connect(address, connect_timeout=5) as connection:
            tables = connection.execute(
                "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema()"
            ).fetchone()
    except psycopg.OperationalError as error:
        hint = f"连不上：{str(error).splitlines()[0]}"
        fault = Fault(
            "database.unreachable", "--database", "", parts["dbname"], "能连上的 PostgreSQL 数据库", hint
        )
        raise Refused([fault]) from error
    if tables is not None and tables[0]:
        hint = f"库中已有 {tables[0]} 张表，什么也没有动；请建一个新库。"
        raise Refused([Fault("database.used", "--database", "", parts["dbname"], "一个空的数据库", hint)])


def _fill(folder: Path, source: Path, database: str) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    for part in PARTS[1:]:
        (folder / part).mkdir()
    shutil.copytree(source, folder / "city")
    write_secret(folder)
    write_installation(
        folder,
        Installation(
            city=source.resolve().name,
            database=database,
            secret=SECRET,
            today=None,
            created=datetime.now(UTC).replace(microsecond=0),
        ),
    )


def _open(folder: Path, city: City, actor: str, then: Callable[[City, str], None]) -> None:
    with using(folder):
        from django.core.management import call_command

        from tijian.office.ledger import queries
        from tijian.office.ledger.actions import OpenInstallation

        call_command("migrate", interactive=False, verbosity=0)
        action = OpenInstallation(city.doc.city.code, city.doc.city.zh, _documents(folder / "city", city))
        action.execute(actor, today=queries.today())
        then(city, actor)


def _publish(copied: Path, name: str, actor: str) -> None:
    """Publish the city's own documents, its knowledge and its criteria as they came; systems wait for their office."""
    from tijian.office.ledger import queries
    from tijian.office.register.actions import PublishDocuments

    action = PublishDocuments(copied, ("city", "criteria", "diseases"), name=name, note="随安装带来")
    action.execute(actor, today=queries.today())


def _documents(copied: Path, city: City) -> dict[str, str]:
    """Hash what the city begins with: its systems by canonical form, its files by their bytes."""
    systems = {f"system {s.id}": city.catalogue.digest(s.id) for s in city.catalogue.systems}
    files = sorted(p for p in copied.rglob("*") if p.is_file())
    return systems | {p.relative_to(copied).as_posix(): sha256_file(p) for p in files}


def _take_away(folder: Path, existed: bool) -> None:
    for path in list(folder.iterdir()) if folder.is_dir() else []:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    if not existed and folder.is_dir():
        folder.rmdir()
