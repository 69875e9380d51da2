"""`talent demo subsidy`: from a class to the first money, over real HTTP and a month's time."""

import io
import os
import subprocess
import sys
from typing import Any

from rich.console import Console

from talent.demo import stories


def test_the_story_of_an_allowance_ends_in_money(server: Any, monkeypatch: Any) -> None:
    said = io.StringIO()
    console = Console(file=said, width=400)
    monkeypatch.setattr(stories, "Console", lambda: console)
    code = stories.main(server.url, server.settings, "subsidy")
    told = said.getvalue()
    assert code == 0, told[-3000:]
    for words in ("引进单位、用工单位", "第1期", "已付 1 笔", "元已于", "住房补贴申请已于"):
        assert words in told
    # Each step of the review sent its message to the talent.
    for step in ("subsidy.application-returned.v1", "subsidy.payment-made.v1"):
        assert step in told
    command = [sys.executable, "-m", "talent", "check", "payouts"]
    environment = os.environ | {"TALENT_DATA": str(server.settings.data)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, "everything agrees" in done.stdout) == (0, True), done.stdout


def test_time_that_was_moved_on_does_not_go_back_with_a_new_start(server: Any) -> None:
    from talent.demo.timeline import Timeline

    timeline = Timeline(server.settings, Console(file=io.StringIO()))
    before = timeline.today()
    timeline.operate("clock-forward", {"seconds": 40 * 86400})
    server.stop()
    server.start()
    assert (timeline.today() - before).days in (40, 41)
    refused = timeline.operate("clock-forward", {"seconds": -1})
    assert refused == {"error": "ValueError"}
