"""``tijian serve`` as people meet it: it starts, answers, does jobs, and leaves nothing behind, however it ends."""

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from datetime import date
from pathlib import Path

import pytest
from harness import ENGINES
from place import TIJIAN, TOY, tijian

from tijian.shells.settings.installation import read_installation

SECONDS = 60
DIRECT = urllib.request.ProxyHandler({})


@pytest.fixture(scope="module")
def installed(request, tmp_path_factory):
    """Make installations as `tijian init` does, one an engine: their passwords are hashed as in earnest."""
    made, databases = {}, []

    def of(engine):
        if engine in made:
            return made[engine]
        folder = tmp_path_factory.mktemp("served") / "data"
        address = "sqlite"
        if engine == "postgresql":
            databases.append(f"s{uuid.uuid4().hex[:12]}")
            address = request.getfixturevalue("server").create(databases[-1])
        answer = tijian("init", folder, "--city", TOY, "--database", address, "--demo-accounts")
        assert answer.returncode == 0, answer.stderr
        return made.setdefault(engine, folder)

    yield of
    for name in databases:
        request.getfixturevalue("server").drop(name)


@pytest.fixture
def engine():
    """What does not ask the database runs on one; the other tests say so by ``both``."""
    return "sqlite"


@pytest.fixture
def data(installed, engine):
    return installed(engine)


both = pytest.mark.parametrize("engine", ENGINES)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def waited(what):
    """Wait until something is true, for a while."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.1)
    raise AssertionError("waited in vain")


class Served:
    """A server in a session of its own, as in a terminal."""

    def __init__(self, data, tmp_path, *options):
        self.port = free_port()
        self.out, self.err = tmp_path / "out", tmp_path / "err"
        with self.out.open("w") as out, self.err.open("w") as err:
            self.process = subprocess.Popen(
                [TIJIAN, "serve", "--data", data, "--port", str(self.port), *options],
                stdout=out, stderr=err, start_new_session=True,
            )  # fmt: skip
        self.url = f"http://127.0.0.1:{self.port}"
        self.data = data

    def ready(self):
        def said():
            assert self.process.poll() is None, self.err.read_text()
            return "按 Ctrl-C 停止" in self.out.read_text()

        waited(said)
        return self

    def processes(self):
        """Give the numbers of all that runs for it, as it notes them itself."""
        return {int(n.name.rpartition("-")[2]): n.name for n in (self.data / "run").glob("*-*")}

    def ended(self, processes):
        return waited(lambda: not [p for p in processes if running(p)])


def running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def serve(data, tmp_path):
    started = []

    def of(*options):
        started.append(Served(data, tmp_path, *options))
        return started[-1]

    yield of
    for served in started:
        if served.process.poll() is None:
            served.process.terminate()
            served.process.wait(SECONDS)


def get(url, opener=None):
    with (opener or urllib.request.build_opener(DIRECT)).open(url, timeout=10) as answer:
        return answer.status, answer.read().decode()


@both
def test_it_starts_answers_keeps_a_second_off_and_stops_without_a_trace(serve, data):
    served = serve("--today", "2019-06-19").ready()
    said = served.out.read_text()
    assert said.startswith(f"体检系统：{served.url}/\n模拟日期：2019-06-19\n")
    assert "密码都是 tijian-2019" in said
    assert get(f"{served.url}/healthz") == (200, "正常\n")
    status, page = get(f"{served.url}/signin")
    assert (status, "澄湖市城市体检" in page, "2019 年 6 月 19 日" in page) == (200, True, True)
    assert read_installation(data).today == date(2019, 6, 19)

    jar = urllib.request.build_opener(DIRECT, urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', get(f"{served.url}/signin", jar)[1])[1]
    form = {
        "username": "bangongshi",
        "password": "tijian-2019",
        "next": "/password",
        "csrfmiddlewaretoken": token,
    }
    with jar.open(f"{served.url}/signin", urllib.parse.urlencode(form).encode(), timeout=20) as answer:
        assert (answer.url, "城建局办公室" in answer.read().decode()) == (f"{served.url}/password", True)

    answer = tijian("serve", "--data", data, "--port", free_port())
    assert answer.returncode == 1
    assert f"进程 {served.process.pid} 正在 {served.url}/ 上服务" in answer.stderr

    processes = served.processes()
    assert sorted(n.partition("-")[0] for n in processes.values()) == ["jobs", "pages", "server"]
    served.process.terminate()
    assert served.process.wait(SECONDS) == 0
    assert served.ended(processes)
    assert [p.name for p in (data / "run").iterdir()] == ["lock"]
    assert served.err.read_text() == ""
    assert tijian("audit", "verify", "--data", data).returncode == 0


def test_ctrl_c_stops_it_too(serve):
    served = serve().ready()
    processes = served.processes()
    os.killpg(served.process.pid, signal.SIGINT)  # a terminal sends it to the whole group
    assert served.process.wait(SECONDS) == 0
    assert served.ended(processes)
    assert served.err.read_text() == ""


@both
def test_killed_it_leaves_nothing_that_stops_the_next(serve):
    served = serve().ready()
    processes = served.processes()
    served.process.kill()
    served.process.wait()
    assert served.ended(processes)
    serve().ready()


def test_what_is_left_over_is_named(data):
    """A process that cannot end by itself, such as one that hangs, stands in the way with its number."""
    from tijian.shells import running

    left = subprocess.Popen(["sleep", "60"])
    (data / "run").mkdir(exist_ok=True)
    note = data / "run" / f"pages-{left.pid}"
    note.write_text(running._started(left.pid))
    answer = tijian("serve", "--data", data, "--port", free_port())
    left.kill()
    left.wait()
    note.unlink()
    assert answer.returncode == 1
    assert f"还有进程在运行：页面进程 {left.pid}" in answer.stderr


def test_a_port_that_is_taken_is_named(data):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        answer = tijian("serve", "--data", data, "--port", taken.getsockname()[1])
    assert answer.returncode == 1
    assert "请用 --port 换一个端口" in answer.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--today", "六月"), "请写成 2019-06-19 的样子"),
        (("--today", "2020-01-01", "--as", "bangongshi"), "有权办理"),
    ],
)
def test_a_date_that_is_none_and_an_account_that_may_not_are_refused(data, options, words):
    answer = tijian("serve", "--data", data, "--port", free_port(), *options)
    assert (answer.returncode, words in answer.stderr) == (1, True)


@both
def test_a_job_is_done_by_the_worker(serve, data):
    serve().ready()
    from place import WITH_SLICE

    from tijian.shells.settings.use import release, use

    use(data, WITH_SLICE)
    from django_tasks import TaskResultStatus

    from tijian.shells import jobs

    handed = jobs.sweep.enqueue()

    def done():
        handed.refresh()
        return handed.is_finished

    waited(done)
    assert handed.status == TaskResultStatus.SUCCESSFUL
    assert set(handed.return_value) == {"sessions", "failures", "results"}
    release()


def test_a_worker_that_falls_is_started_again(serve):
    served = serve().ready()
    first = {p for p, name in served.processes().items() if name.startswith("jobs")}
    os.kill(*first, signal.SIGKILL)

    def another():
        return {p for p, n in served.processes().items() if n.startswith("jobs") and running(p)} - first

    assert waited(another)
