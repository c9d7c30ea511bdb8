"""``tijian init`` and ``audit verify`` as people meet them, settings, and migrations."""

import ast
import json
import os
import re
import subprocess
import sys
import uuid

import pytest
from place import TOY, tijian, tijian_here

from tijian.engine.kernel.faults import Refused
from tijian.shells.settings.django_settings import ROOMS, database
from tijian.shells.settings.installation import read_installation


@pytest.fixture
def stage():
    return "opened"


def manage(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "django", *arguments, "--settings", "tijian.shells.settings.tools"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def address(engine, request):
    if engine == "sqlite":
        yield "sqlite"
        return
    server = request.getfixturevalue("server")
    name = f"i{uuid.uuid4().hex[:12]}"
    yield server.create(name)
    server.drop(name)


def test_init_then_verify_then_a_second_init(address, tmp_path):
    data = tmp_path / "data"
    made = tijian("init", data, "--city", TOY, "--database", address, "--as", "王五")
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout.startswith(f"已建立 {data}（澄湖市，")
    assert [p.stat().st_mode & 0o777 for p in (data, data / "secret.key", data / "installation.yaml")] == [
        0o700,
        0o600,
        0o600,
    ]
    assert (data / "city" / "city.yaml").read_bytes() == (TOY / "city.yaml").read_bytes()

    whole = tijian("audit", "verify", "--data", data)
    assert whole.returncode == 0
    assert re.fullmatch(r"\d+ 条记录完整（\d+ 行数据，0 个证据文件）。\n", whole.stdout)
    lines = [json.loads(t) for t in (data / "logs" / "tijian.log").read_text(encoding="utf-8").splitlines()]
    done = [(d["verb"], d["actor"]) for d in lines if d["message"] == "done"]
    assert done[0] == ("ledger.open_installation", "王五")
    assert done[-2:] == [("people.set_up_bodies", "王五"), ("people.create_account", "王五")]

    before = {p: p.read_bytes() for p in data.rglob("*") if p.is_file()}
    again = tijian_here("init", data, "--city", TOY)
    assert again.returncode == 1
    assert "里面已有内容，什么也没有动" in again.stderr
    assert {p: p.read_bytes() for p in data.rglob("*") if p.is_file()} == before

    head = data / "chain" / "head.log"
    head.write_text(head.read_text().replace("1 ", f"1 {'e' * 64}\n1 ", 1))
    found = tijian("audit", "verify", "--data", data, "--json")
    assert found.returncode == 1
    assert [f["code"] for f in json.loads(found.stdout)["findings"]] == ["head.unknown"]


def test_a_simulated_date_that_was_edited_is_found(office):
    from datetime import date

    from tijian.office.ledger.actions import SetToday
    from tijian.shells.settings.installation import write_installation

    SetToday(date(2019, 6, 19)).execute("甲", today=date(2019, 6, 1))
    assert tijian("audit", "verify", "--data", office.folder).returncode == 0
    found = read_installation(office.folder)
    assert found.today == date(2019, 6, 19)
    write_installation(office.folder, found.model_copy(update={"today": date(2020, 1, 1)}))
    answer = tijian("audit", "verify", "--data", office.folder)
    assert answer.returncode == 1
    assert "installation.yaml 写的业务日期是 2020-01-01，台账里是 2019-06-19" in answer.stdout


def test_a_used_or_unreachable_postgresql_is_refused_and_nothing_left(server, tmp_path):
    used = server.create(f"u{uuid.uuid4().hex[:12]}")
    assert tijian_here("init", tmp_path / "a", "--city", TOY, "--database", used).returncode == 0
    for address, words in (
        (used, "库中已有"),
        (server.address("nowhere"), "连不上"),
        ("postgresql://geheim:geheim@/?host=/tmp", "请改正数据库地址"),
        ("mysql://x/y", "请改正数据库地址"),
    ):
        answer = tijian_here("init", tmp_path / "b", "--city", TOY, "--database", address)
        assert answer.returncode == 1, answer.stderr
        assert words in answer.stderr
        assert "geheim" not in answer.stderr
        assert not (tmp_path / "b").exists()


def test_what_was_begun_is_taken_away_again(tmp_path):
    """An account that may not is refused after everything else was made."""
    (tmp_path / "empty").mkdir()
    for name in ("new", "empty"):
        answer = tijian_here("init", tmp_path / name, "--city", TOY, "--as", " ")
        assert answer.returncode == 1
        assert "账号要有名字" in answer.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["empty"]
    assert list((tmp_path / "empty").iterdir()) == []


@pytest.mark.parametrize("arguments", [("init", "X", "--city", "无此城"), ("audit", "verify", "--data", "X")])
def test_what_is_not_there_is_told_in_chinese(arguments, tmp_path):
    answer = tijian_here(*(tmp_path / "x" if a == "X" else a for a in arguments))
    assert answer.returncode == 1
    assert "没有通过，共 1 处" in answer.stderr


def test_a_key_that_others_can_read_is_refused(office):
    key = office.folder / "secret.key"
    key.chmod(0o644)
    with pytest.raises(Refused, match="chmod 600"):
        read_installation(office.folder)
    key.unlink()
    with pytest.raises(Refused, match="从备份取回"):
        read_installation(office.folder)


def test_the_database_is_set_as_designed(office):
    from django.db import connection

    def ask(statement):
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0]

    assert connection.settings_dict["ATOMIC_REQUESTS"] is False
    if office.engine == "sqlite":
        found = [
            ask(f"PRAGMA {name}") for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
        assert found == ["wal", 2, 1, 20_000]
        assert connection.transaction_mode == "IMMEDIATE"
    else:
        assert ask("SHOW lock_timeout") == "20s"
        assert ask("SHOW server_version").startswith("18.")
        assert connection.pool is not None


def test_an_address_is_taken_apart_as_postgresql_does(tmp_path):
    found = database(tmp_path, "postgresql://u:p%40@h:5433/d?sslmode=require&options=-c%20work_mem%3D8MB")
    assert [found[k] for k in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == ["d", "u", "p@", "h", "5433"]
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["OPTIONS"]["options"] == "-c work_mem=8MB -c lock_timeout=20000"
    assert database(tmp_path, "postgresql://postgres:@/d?host=/run/x")["HOST"] == "/run/x"


def test_no_migration_is_missing():
    found = manage("makemigrations", "--check", "--dry-run")
    assert found.returncode == 0, found.stdout + found.stderr


def test_migrations_are_named_numbered_and_can_be_undone(office):
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    names = [name for app, name in sorted(loader.disk_migrations) if app == "ledger"]
    assert [int(n[:4]) for n in names] == list(range(1, len(names) + 1))
    assert not [
        n for n in names if not re.fullmatch(r"\d{4}_[a-z]+(_[a-z]+)*", n) or "auto" in n or "initial" in n
    ]
    ours = [m for m in loader.disk_migrations.values() if m.__module__.startswith("tijian.")]
    assert all(o.reversible for m in ours for o in m.operations)
    with office.raw() as run:
        for table in ("figure", "total", "board"):
            run(f"DROP TABLE ledger_slice_{table}")
    call_command("migrate", "ledger", "zero", interactive=False, verbosity=0)
    assert not [t for t in connection.introspection.table_names() if t.startswith("ledger_")]
    call_command("migrate", "ledger", interactive=False, verbosity=0)
    assert "ledger_entry" in connection.introspection.table_names()


def test_rooms_have_explicit_labels_and_strings_lead_somewhere(office):
    """What the import contract cannot see: names in settings."""
    from django.conf import settings
    from django.utils.module_loading import import_string

    for room in ROOMS:
        config = import_string(room)
        assert (config.label, config.name) == (room.split(".")[2], room.rsplit(".", 2)[0])
    for handler in settings.LOGGING["handlers"].values():
        assert import_string(handler["class"])
    assert import_string(settings.LOGGING["formatters"]["json"]["()"])
    assert next(iter(settings.LOGGING["handlers"])) == "stderr"


def test_the_ledger_knows_no_other_room():
    from tijian.office import ledger

    folder = os.path.dirname(ledger.__file__)  # noqa: PTH120
    names = set()
    for file in os.scandir(folder):
        if file.name.endswith(".py"):
            with open(file.path, encoding="utf-8") as source:  # noqa: PTH123
                for node in ast.walk(ast.parse(source.read())):
                    if isinstance(node, ast.ImportFrom) and node.module:
                        names.add(node.module)
    rooms = {n for n in names if n.startswith("tijian.office.") and not n.startswith("tijian.office.ledger")}
    assert rooms == set()
