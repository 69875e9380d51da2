"""The README's journey, as a newcomer pastes it."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def journey() -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    chapter = text.split("## The journey, by curl")[1].split("\n## ")[0]
    return "\n".join(re.findall(r"```bash\n(.*?)```", chapter, re.DOTALL))


def test_the_journey_ends_with_a_class_and_its_messages(server: Any, tmp_path: Path) -> None:
    # Last, what the test itself wants to know; the messages as soon as all are there.
    asked = 'printf "===\\n"; send GET /api/classification/me\n'
    asked += "for attempt in $(seq 100); do found=$(send GET /api/notifier/messages)\n"
    asked += (
        """[ "$(grep -o '"template":' <<<"$found" | wc -l)" -ge 4 ] && break; sleep 0.2; done\n"""
    )
    asked += 'printf "%s\\n" "$found"\n'
    environment = os.environ | {
        "TALENT_PORT": str(server.settings.port),
        "TALENT_DATA": str(server.settings.data),
        "TALENT_ENVIRONMENT": "development",
        "COLUMNS": "200",
    }
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "token=\n" + journey() + asked],  # noqa: S607
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    assert "urn:talent:problem" not in done.stdout
    mine, messages = done.stdout.split("===\n")[1].strip().split("\n")
    assert json.loads(mine)["in_force"]["talent_class"] == "F"
    sent = {m["template"] for m in json.loads(messages)["items"]}
    assert sent == {"registered", "application-submitted", "desk-approved", "application-approved"}
