"""The command line: what programs and people read from it."""

import json
import select
import signal
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from bot.settings import PREFIX
from tests.bot.shells import GOOD, Shell

FIELDS = {"q", "outcome", "topic", "topics", "answer", "urgent", "candidates"}
OUTCOMES = {"answer", "suggest", "clarify", "none"}


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """An operator who has set nothing."""
    return Shell(tmp_path, {})


def test_a_question_is_answered_without_settings_and_without_a_database(shell: Shell) -> None:
    done = shell.runs("ask", "怎么加入工会")
    assert done.returncode == 0
    assert "入会" in done.stdout
    assert "[join-how]" in done.stdout
    assert list(shell.folder.iterdir()) == []


def test_questions_of_a_program_are_answered_a_line_each_in_order(shell: Shell) -> None:
    asked = ["怎么加入工会", "qwerty", "驿站", "", "]]>", "人工", "怎么加入工会"]
    lines = "".join(json.dumps({"q": q, "session": "s1"}, ensure_ascii=False) + "\n" for q in asked)
    done = shell.runs("ask", "--jsonl", stdin=lines)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, [answer["q"] for answer in answers]) == (0, asked)
    for answer in answers:
        assert set(answer) == FIELDS
        assert answer["outcome"] in OUTCOMES
        assert (answer["topic"] is not None) == (answer["outcome"] == "answer")
        assert bool(answer["answer"]) == (answer["outcome"] == "answer")
        assert answer["urgent"] is False
        topics = [candidate["topic"] for candidate in answer["candidates"]]
        scores = [candidate["score"] for candidate in answer["candidates"]]
        assert len(topics) == len(set(topics)) <= 10
        assert scores == sorted(scores, reverse=True)
    assert answers[0]["topic"] == "join-how"
    assert answers[1]["outcome"] == "none"
    assert answers[0] == answers[-1]


def test_a_line_is_answered_before_the_next_is_asked(shell: Shell) -> None:
    with shell.starts("ask", "--jsonl") as asking:
        assert asking.stdin is not None
        assert asking.stdout is not None
        for question in ("怎么加入工会", "驿站"):
            asking.stdin.write(json.dumps({"q": question}) + "\n")
            asking.stdin.flush()
            assert select.select([asking.stdout], [], [], 30)[0], "no answer while the input is open"
            assert json.loads(asking.stdout.readline())["q"] == question
        asking.stdin.close()
        assert asking.wait(30) == 0


def test_another_knowledge_base_can_be_asked(shell: Shell) -> None:
    entries = [
        {"topic": "tea", "question": "茶水间在哪", "answer": "三楼。", "alternatives": ["喝水的地方"]},
        {"topic": "key", "question": "钥匙丢了怎么办", "answer": "找门卫。", "alternatives": []},
    ]
    file = shell.folder / "k.jsonl"
    file.write_text("\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries), encoding="utf-8")
    done = shell.runs("ask", "--jsonl", "--knowledge", "k.jsonl", stdin='{"q": "喝水的地方"}\n')
    answer = json.loads(done.stdout)
    assert (answer["topic"], answer["answer"], answer["topics"]) == ("tea", "三楼。", ["tea"])


@pytest.mark.parametrize("line", ["not json", "{}", "[]", "3", '{"question": "x"}', '{"q": "x"'])
def test_a_line_that_is_no_question_ends_with_its_number(shell: Shell, line: str) -> None:
    done = shell.runs("ask", "--jsonl", stdin=f'{{"q": "x"}}\n{line}\n{{"q": "y"}}\n')
    assert done.returncode == 1
    assert done.stderr == "line 2 is not an object with a q\n"
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ask"], "ask what?"),
        (["ask", "--knowledge", "absent.jsonl", "x"], "absent.jsonl"),
        (["ask", "--knowledge", "broken.jsonl", "x"], "1: topic is missing"),
        (["knowledge", "check", "."], "catalogue.yaml:1: cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(shell: Shell, arguments: list[str], says: str) -> None:
    (shell.folder / "broken.jsonl").write_text("{}\n")
    done = shell.runs(*arguments)
    assert done.returncode == 1
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_the_shipped_content_is_in_order(shell: Shell) -> None:
    done = shell.runs("knowledge", "check")
    assert (done.returncode, done.stderr) == (0, "")
    assert "are in order" in done.stdout


def test_bad_content_is_named_by_file_and_line(shell: Shell) -> None:
    (shell.folder / "catalogue.yaml").write_text("g:\n  - {id: join-how, title: 入会}\n", encoding="utf-8")
    (shell.folder / "bad.yaml").write_text(
        "- topic: join-how\n  question: 怎么入会\n  phrasings: [入会]\n  answer: 好\n  source: 章程\n"
        "  reviewed: 2026-11-01\n  review_by: 2026-10-01\n- topic: nothing\n",
        encoding="utf-8",
    )
    done = shell.runs("knowledge", "check", str(shell.folder))
    assert done.returncode == 1
    assert done.stderr.splitlines()[0].startswith("bad.yaml:7: review_by")
    assert done.stderr.splitlines()[1].startswith("bad.yaml:8: missing")


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[tuple[Shell, str, int]]:
    """`serve` as operators start it, although the platform cannot be reached; its address and process."""
    shell = Shell(tmp_path, GOOD | {"PORT": "0", "WECHAT_API": "http://127.0.0.1:9"})
    with shell.starts("serve") as process:
        assert process.stderr is not None
        for line in process.stderr:
            said = json.loads(line)
            if said["event"] == "serving":
                break
        yield shell, f"http://{said['host']}:{said['port']}", process.pid
        process.send_signal(signal.SIGTERM)
        rest = process.stderr.read()
        assert process.wait(30) == 0, rest
        assert '"stopping"' in rest


async def test_serve_starts_although_the_platform_is_away_and_stops_when_told(
    serving: tuple[Shell, str, int],
) -> None:
    _, address, _ = serving
    async with aiohttp.ClientSession() as http:
        async with http.get(f"{address}/readyz") as answer:
            assert answer.status == 200


def test_serve_says_why_it_cannot_listen(serving: tuple[Shell, str, int]) -> None:
    shell, address, _ = serving
    port = address.rsplit(":", 1)[1]
    done = Shell(shell.folder, shell.settings | {"PORT": port}).runs("serve")  # type: ignore[operator]
    assert done.returncode == 1
    assert done.stderr.splitlines() == [f"cannot listen on 127.0.0.1:{port}: Address already in use"]


def test_help_names_every_command(shell: Shell) -> None:
    shown = shell.runs("--help").stdout
    for (
        command
    ) in "serve demo chat ask migrate settings doctor backup backup-keys restore knowledge menu".split():
        assert f" {command} " in shown, command


def test_a_chat_in_the_terminal_is_a_conversation(shell: Shell) -> None:
    done = shell.runs("chat", stdin="怎么加入工会\n人工\n\n")
    assert done.returncode == 0, done.stderr
    assert "欢迎" in done.stdout
    assert "入会" in done.stdout
    assert "已经帮您登记" in done.stdout
    assert "Traceback" not in done.stderr
    assert list(shell.folder.iterdir()) == []


def test_a_migration_can_be_repeated(tmp_path: Path) -> None:
    shell = Shell(tmp_path, GOOD)
    assert [shell.runs("migrate").returncode for _ in range(2)] == [0, 0]
    assert PREFIX not in shell.runs("migrate").stderr
