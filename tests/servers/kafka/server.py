"""Apache Kafka, the real one: a broker alone (KRaft), from its jars on Maven Central."""

import hashlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

_HERE = Path(__file__).parent
_PATIENCE_SECONDS = 60.0


def jars() -> Path:
    """The folder with the jars; fetched by Maven where it is not there yet."""
    pom = _HERE / "pom.xml"
    version = hashlib.sha256(pom.read_bytes()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"talent-kafka-{version}"
    if (folder / ".ready").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    command = [
        "mvn", "-q", "-B", "-f", str(pom), "dependency:copy-dependencies",
        f"-DoutputDirectory={folder}",
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    (folder / ".ready").touch()
    return folder


class KafkaServer:
    """Starts, kills and starts again on the same folder."""

    def __init__(self, folder: Path, port: int, controller: int) -> None:
        self._folder, self._port, self._controller = folder, port, controller
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"kafka://127.0.0.1:{self._port}"

    def start(self) -> None:
        settings = self._settings()
        if not (self._folder / "log").exists():
            kind = ["format", "-t", "MkU3OEVBNTcwNTJENDM2Qg", "-c", str(settings)]
            subprocess.run(
                [*self._java("kafka.tools.StorageTool"), *kind], check=True, capture_output=True
            )
        with (self._folder / "kafka.log").open("ab") as out:
            self._process = subprocess.Popen(
                [*self._java("kafka.Kafka"), str(settings)], stdout=out, stderr=out
            )
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            time.sleep(0.1)
        raise TimeoutError("Kafka does not accept connections")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(60)
            self._process = None

    def kill(self) -> None:
        self.stop(signal.SIGKILL)

    def _java(self, main: str) -> list[str]:
        return ["java", "-Xmx512m", "-XX:+UseSerialGC", "-cp", f"{jars()}/*", main]

    def _settings(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / "server.properties"
        local = "127.0.0.1"
        path.write_text(
            "process.roles=broker,controller\nnode.id=1\n"
            f"controller.quorum.voters=1@{local}:{self._controller}\n"
            f"listeners=PLAINTEXT://{local}:{self._port},CONTROLLER://{local}:{self._controller}\n"
            f"advertised.listeners=PLAINTEXT://{local}:{self._port}\n"
            "controller.listener.names=CONTROLLER\n"
            "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT\n"
            f"log.dirs={self._folder / 'log'}\n"
            "auto.create.topics.enable=false\n"
            "offsets.topic.replication.factor=1\noffsets.topic.num.partitions=4\n"
            "transaction.state.log.replication.factor=1\ntransaction.state.log.min.isr=1\n"
            "transaction.state.log.num.partitions=4\n"
            "share.coordinator.state.topic.replication.factor=1\n"
            "share.coordinator.state.topic.min.isr=1\n"
            "group.initial.rebalance.delay.ms=0\n"
        )
        return path
