"""The whole journey with every context two processes, over EventStoreDB's stand-in, Kafka, a
MongoDB server and S3: `talent up`, and what a developer does with it."""

import base64
import io
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from talent.bench.ports import free_port
from talent.demo import assessment
from talent.demo.client import Browser
from talent.demo.office import appoint
from talent.demo.people import somebody
from talent.demo.timeline import Timeline
from talent.demo.walk import by_password, register
from talent.settings import Environment, Settings
from tests.engines.eventstoredb_fixtures import eventstoredb  # noqa: F401
from tests.engines.kafka_fixtures import kafka  # noqa: F401
from tests.engines.mongodb_fixtures import mongodb  # noqa: F401

READY_WITHIN = 60.0
SENT_WITHIN = 90.0


class Fleet:
    """`talent up` with engines of its own."""

    def __init__(self, folder: Path, engines: dict[str, str]) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = folder
        self.environment = os.environ | engines | {
            "TALENT_PORT": str(self.port),
            "TALENT_DATA": str(folder),
            "TALENT_ENVIRONMENT": "development",
            "TALENT_MASTER_KEY": base64.b64encode(bytes(range(32))).decode(),
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "COLUMNS": "200",
        }  # fmt: skip
        self.log = folder.parent / "up.log"

    def start(self) -> None:
        self.talent("topics", "apply", "--partitions", "2", "--replicas", "1", "--in-sync", "1")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "talent", "up"], env=self.environment, stdout=log, stderr=log
            )
        until, said = time.monotonic() + READY_WITHIN, ""
        while time.monotonic() < until:
            try:
                answer = httpx.get(f"{self.url}/readyz", timeout=5)
                said = answer.text
                if answer.status_code == httpx.codes.OK:
                    return
            except httpx.TransportError as failure:
                said = repr(failure)
            time.sleep(0.1)
        self.stop()
        raise TimeoutError(f"{said}\n{self.logs()}")

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def kill(self, member: str) -> None:
        """kill -9 of one process; the fleet starts it again."""
        os.kill(int((self.folder / f"fleet/{member}.pid").read_text()), signal.SIGKILL)

    def talent(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "talent", *arguments],
            env=self.environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def logs(self) -> str:
        files = [self.log, *(self.folder / "fleet").glob("*.log")]
        return "\n".join(f"{f.name}: {f.read_text()[-1500:]}" for f in files if f.exists())


@pytest.fixture
def fleet(
    tmp_path: Path,
    eventstoredb: Callable[[str], str],  # noqa: F811
    kafka: str,  # noqa: F811
    mongodb: Callable[[str], str],  # noqa: F811
) -> Iterator[Fleet]:
    own = f"t{uuid.uuid4().hex[:8]}"
    (tmp_path / "files").mkdir()
    fleet = Fleet(
        tmp_path / "data",
        {
            "TALENT_EVENT_STORE_URL": eventstoredb(own),
            "TALENT_FEED_URL": kafka,
            "TALENT_VIEW_STORE_URL": mongodb(f"views_{own}"),
            "TALENT_KEY_VALUE_URL": mongodb(f"keys_{own}"),
            "TALENT_FILE_STORE_URL": (tmp_path / "files").as_uri(),
        },
    )
    fleet.start()
    yield fleet
    fleet.stop()


def texts(talent: Browser, mobile: str) -> Counter[str]:
    """How often each text reached a number."""
    return Counter(m["template"] for m in talent.sms(mobile) if m["kind"] == "sms")


def test_the_journey_over_the_engines_and_over_kills(fleet: Fleet) -> None:
    settings = Settings(data=fleet.folder, environment=Environment.DEVELOPMENT)
    chance, quiet = random.Random(11), Timeline(settings, Console(file=io.StringIO()))
    person = somebody(chance)
    with httpx.Client(base_url=fleet.url, timeout=30) as http:
        talent = Browser(http, quiet.request, quiet.wait)
        try:
            register(talent, person)
            by_password(talent, person)
            made = fleet.talent(
                "admin", "create", "boss", "--name", "王建国", "--mobile", "13900139000"
            )
            password = made.split("password: ")[1].split()[0]
            office = appoint(talent, quiet, chance, admin=("boss", password))
            id = assessment.apply(talent, person, quiet)
            assessment.review(office, talent, id, quiet)
            for member in ("classification-work", "notifier-work", "identity-work"):
                fleet.kill(member)
            assessment.correct(talent, id, quiet)
            assessment.approve(office, talent, id, quiet)
            assert assessment.class_of(talent) == "E"
            assert "认定为" in talent.wait_for_sms(person.mobile, "认定为")
            # What a killed worker had in its hands is asked after and sent by the next one, later.
            awaited = Counter({
                "registered": 1, "application-submitted": 2, "application-returned": 1,
                "desk-approved": 2, "application-approved": 1,
            })  # fmt: skip
            until = time.monotonic() + SENT_WITHIN
            while (sent := texts(talent, person.mobile)) < awaited and time.monotonic() < until:
                time.sleep(0.2)
            assert sent == awaited
        except BaseException:
            print(fleet.logs())  # noqa: T201
            raise
    assert "classification_case" in fleet.talent("views")
