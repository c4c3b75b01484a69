"""The command line: what programs and people read from it."""

import json
import select
import signal
import urllib.request
from pathlib import Path

import pytest

from bot.commands import app
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
    asked = ["怎么加入工会", "qwerty", "驿站", "", "]]>", "人工", "半个\ud83d", "怎么加入工会"]
    lines = "".join(json.dumps({"q": q, "session": "s1"}) + "\n" for q in asked)
    done = shell.invokes("ask", "--jsonl", stdin=lines)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.exit_code, [answer["q"] for answer in answers]) == (0, asked)
    for answer in answers:
        assert set(answer) == FIELDS
        assert answer["outcome"] in OUTCOMES
        assert (answer["topic"] is not None) == (answer["outcome"] == "answer")
        assert answer["answer"] or answer["outcome"] != "answer"
        assert answer["urgent"] is False
        topics = [candidate["topic"] for candidate in answer["candidates"]]
        scores = [candidate["score"] for candidate in answer["candidates"]]
        assert len(topics) == len(set(topics)) == 10
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


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Another knowledge base, of two topics."""
    entries = [
        {"topic": "tea", "question": "茶水间在哪", "answer": "三楼。", "alternatives": ["喝水的地方"]},
        {"topic": "key", "question": "钥匙丢了怎么办", "answer": "找门卫。", "alternatives": []},
    ]
    file = tmp_path / "k.jsonl"
    file.write_text("\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries), encoding="utf-8")
    return file


def test_another_knowledge_base_can_be_asked(shell: Shell, small: Path) -> None:
    done = shell.invokes("ask", "--jsonl", "--knowledge", str(small), stdin='{"q": "喝水的地方"}\n')
    answer = json.loads(done.stdout)
    assert (answer["topic"], answer["answer"], answer["topics"]) == ("tea", "三楼。", ["tea"])


def test_a_line_that_is_no_question_ends_with_its_number(shell: Shell, small: Path) -> None:
    for line in (
        "not json",
        "{}",
        "[]",
        "3",
        '"q"',
        '{"question": "x"}',
        '{"q": "x"',
        "[" * 99_999,
        "\ufffe",
    ):
        done = shell.invokes(
            "ask", "--jsonl", "--knowledge", str(small), stdin=f'{{"q": "x"}}\n{line}\n{{"q": "y"}}\n'
        )
        assert done.exit_code == 1, line[:20]
        assert done.stderr == "line 2 is not an object with a q\n"
        assert len(done.stdout.splitlines()) == 1


def test_what_cannot_be_done_is_said_in_one_line(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "broken.jsonl").write_text("{}\n")
    for arguments, says in {
        ("ask",): "ask what?",
        ("ask", "x", "--knowledge", "absent.jsonl"): "absent.jsonl",
        ("ask", "x", "--knowledge", str(tmp_path)): "directory",
        ("ask", "x", "--knowledge", str(tmp_path / "broken.jsonl")): "1: topic is missing",
        ("knowledge", "check", str(tmp_path)): "catalogue.yaml:1: cannot be read",
    }.items():
        done = shell.invokes(*arguments)
        assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1), arguments
        assert says in done.stderr


def test_a_knowledge_file_that_is_not_utf_8_is_refused_in_one_line(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "k.jsonl").write_bytes("茶水间".encode("gb18030"))
    done = shell.invokes("ask", "x", "--knowledge", str(tmp_path / "k.jsonl"))
    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1), done.exception


def test_the_shipped_content_is_in_order(shell: Shell) -> None:
    done = shell.invokes("knowledge", "check")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "are in order" in done.stdout


def test_bad_content_is_named_by_file_and_line(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "catalogue.yaml").write_text("g:\n  - {id: join-how, title: 入会}\n", encoding="utf-8")
    (tmp_path / "bad.yaml").write_text(
        "- topic: join-how\n  question: 怎么入会\n  phrasings: [入会]\n  answer: 好\n  source: 章程\n"
        "  effective: 2026-11-01\n  reviewed: 2026-11-01\n  review_by: 2026-10-01\n  owner: 组织部\n"
        "  place: 全国\n  workers: 全体职工\n- topic: nothing\n",
        encoding="utf-8",
    )
    done = shell.invokes("knowledge", "check", str(tmp_path))
    assert done.exit_code == 1
    assert done.stderr.splitlines()[0].startswith("bad.yaml:8: review_by")
    assert done.stderr.splitlines()[1].startswith("bad.yaml:12: missing")


def test_serve_starts_although_the_platform_is_away_and_stops_when_told(tmp_path: Path) -> None:
    shell = Shell(tmp_path, GOOD | {"PORT": "0", "WECHAT_API": "http://127.0.0.1:9"})
    with shell.starts("serve") as process:
        assert process.stderr is not None
        said = next(line for line in map(json.loads, process.stderr) if line["event"] == "serving")
        with urllib.request.urlopen(f"http://{said['host']}:{said['port']}/readyz") as answer:
            assert json.loads(answer.read())["ready"]
        second = Shell(tmp_path, {**shell.settings, "PORT": str(said["port"])}).runs("serve")
        process.send_signal(signal.SIGTERM)
        rest = process.stderr.read()
        assert process.wait(30) == 0
    assert '"stopping"' in rest
    assert "Traceback" not in rest
    (line,) = second.stderr.splitlines()
    assert second.returncode == 1
    assert line.startswith(f"cannot listen on 127.0.0.1:{said['port']}: Address already in use")


def test_help_names_every_command(shell: Shell) -> None:
    shown = shell.invokes("--help").stdout
    for command in (
        *(one.name or one.callback.__name__ for one in app.registered_commands if one.callback),
        "knowledge",
        "menu",
    ):
        assert f" {command.replace('_', '-')} " in shown, command


def test_a_chat_in_the_terminal_is_a_conversation(shell: Shell) -> None:
    done = shell.runs("chat", stdin="怎么加入工会\n人工\n\n")
    assert done.returncode == 0, done.stderr
    assert "欢迎" in done.stdout
    assert "入会" in done.stdout
    assert done.stdout.count("工作人员") >= 2
    assert "Traceback" not in done.stderr
    assert list(shell.folder.iterdir()) == []
