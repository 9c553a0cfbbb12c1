"""The kits for other people's CI: that they have the right shape, and that their scripts run.

What only GitHub and GitLab can do is stood in for: expressions are filled in from a table, and the
programs that reach the outside (`gh`, `sudo`, the set-up) are scripts that write down their arguments.
"""

import json
import os
import re
import shlex
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from pre_commit.clientlib import load_config, load_manifest

from selfcheck_tools.cli import main
from tests.conftest import ROOT

ACTION = ROOT / "action.yml"
GITHUB = ROOT / "docs/ci/github.yml"
GITLAB = ROOT / "docs/ci/gitlab.yml"
HOOKS = ROOT / ".pre-commit-hooks.yaml"
PAGE = ROOT / "docs/ci.md"
MATCHER = ROOT / "docs/ci/problem-matcher.json"

# The kits are older than the options that they use.

GOOD = "# Sums\n\n## Self-check\n\n### 1. What is one and one?\n\nTwo.\n"
BAD = GOOD + "\n### 2. What is one and two?\n"


def _loaded(path: Path) -> dict[Any, Any]:
    loaded: dict[Any, Any] = yaml.safe_load(path.read_text())
    return loaded


# ── shape ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("schema", "path"),
    [("github-actions", ACTION), ("github-workflows", GITHUB), ("gitlab-ci", GITLAB)],
    ids=lambda value: value.name if isinstance(value, Path) else value,
)
def test_the_published_schema_is_kept(schema: str, path: Path) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    done = subprocess.run([*command, str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_that_a_user_writes_becomes_a_script() -> None:
    jobs = _loaded(GITHUB)["jobs"].values()
    for step in [
        *_loaded(ACTION)["runs"]["steps"],
        *(step for job in jobs for step in job["steps"]),
    ]:
        assert "${{" not in step.get("run", "")


def test_the_workflow_may_do_no_more_than_it_must() -> None:
    workflow = _loaded(GITHUB)
    assert workflow["permissions"] == {}
    assert workflow["jobs"]["lint"]["permissions"] == {
        "contents": "read",
        "security-events": "write",
    }
    assert workflow["jobs"]["release"]["permissions"] == {"contents": "write"}


def test_the_workflow_gives_only_what_the_action_takes() -> None:
    inputs = _loaded(ACTION)["inputs"]
    for job in _loaded(GITHUB)["jobs"].values():
        for step in job["steps"]:
            if step.get("uses", "").startswith("OWNER/selfcheck_tools@"):
                assert set(step["with"]) <= set(inputs)


# ── pre-commit ──────────────────────────────────────────────────────────────────────────────────


def test_the_hooks_are_what_pre_commit_takes() -> None:
    hooks = {hook["id"]: hook for hook in load_manifest(str(HOOKS))}
    assert list(hooks) == ["selfcheck-lint", "selfcheck-fix"]
    for hook in hooks.values():
        assert hook["types_or"] == ["markdown"]
        assert hook["require_serial"]


def test_the_hooks_commands_run(tmp_path: Path) -> None:
    (tmp_path / "sums.md").write_text(GOOD)
    for hook in load_manifest(str(HOOKS)):
        program, *arguments = shlex.split(hook["entry"])
        assert program == "selfcheck"
        command = [sys.executable, "-m", "selfcheck_tools", *arguments, "sums.md"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr


# ── a runner ────────────────────────────────────────────────────────────────────────────────────


class Ran(NamedTuple):
    """What a script left behind."""

    status: int
    said: str
    outputs: dict[str, str]


class Machine:
    """A machine of a CI: a checkout, programs on a PATH of its own, and the files of a runner."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.checkout = folder / "checkout"
        self.action = folder / "action"
        self.programs = folder / "programs"
        self.calls = folder / "calls"
        for each in (self.checkout, self.action / "scripts", self.programs, folder / "temp"):
            each.mkdir(parents=True)
        self.environment = {
            "PATH": f"{self.programs}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(folder),
            "RUNNER_TEMP": str(folder / "temp"),
            "GITHUB_ACTION_PATH": str(self.action),
        }
        # It stands in for scripts/setup, which makes a whole .venv; this one has the checkout's code.
        real = (
            f"PYTHONPATH={shlex.quote(str(ROOT))} {shlex.quote(sys.executable)} -m selfcheck_tools"
        )
        program = _recorder(self.calls, "selfcheck", f'exec env {real} "$@"')
        self.program(
            self.action / "scripts/setup",
            _recorder(self.calls, "setup", 'echo "with $PYTHON" >>"$calls"')
            + 'cd "$(dirname "$0")/.."\nmkdir -p .venv/bin\n'
            + f"cat >.venv/bin/selfcheck <<'END'\n{program}END\nchmod +x .venv/bin/selfcheck\n",
        )
        for name in ("gh", "sudo"):
            self.program(self.programs / name, _recorder(self.calls, name))

    @staticmethod
    def program(path: Path, script: str) -> None:
        path.write_text(script)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def called(self, name: str) -> list[list[str]]:
        """The arguments of each call of a program."""
        lines = self.calls.read_text().splitlines() if self.calls.exists() else []
        calls = [line.split("\x1f")[:-1] for line in lines if "\x1f" in line]
        return [arguments for program, *arguments in calls if program == name]

    def run(self, script: str, shell: str = "bash", **environment: str) -> Ran:
        """Runs a script as the runner of GitHub does, and reads what it wrote for the runner."""
        files = {name: self.folder / name for name in ("GITHUB_OUTPUT", "GITHUB_PATH")}
        for file in files.values():
            file.write_text("")
        options = ["--noprofile", "--norc", "-eo", "pipefail"] if shell == "bash" else ["-e"]
        done = subprocess.run(
            [shell, *options, "-c", script],
            cwd=self.checkout,
            env={
                **self.environment,
                **environment,
                **{name: str(file) for name, file in files.items()},
            },
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for line in files["GITHUB_PATH"].read_text().splitlines():
            self.environment["PATH"] = f"{line}:{self.environment['PATH']}"
        lines = files["GITHUB_OUTPUT"].read_text().splitlines()
        return Ran(done.returncode, done.stdout, dict(line.split("=", 1) for line in lines))

    def run_action(self, **given: str) -> Ran:
        """Runs the steps of the action with inputs, up to the first that fails."""
        action = _loaded(ACTION)
        inputs = {name: each["default"] for name, each in action["inputs"].items()}
        values = {"steps.python.outputs.python-path": sys.executable}
        given = {name.replace("_", "-"): value for name, value in given.items()}
        values |= {f"inputs.{name}": value for name, value in (inputs | given).items()}
        ran = Ran(0, "", {})
        for step in action["runs"]["steps"]:
            if "run" in step and ran.status == 0:
                assert step["shell"] == "bash"
                environment = _filled(step["env"], values)
                ran = self.run(step["run"], GITHUB_ACTIONS="true", **environment)
        return ran


def _recorder(calls: Path, name: str, then: str = "") -> str:
    """A program that writes down its arguments."""
    return (
        f"#!/bin/sh\ncalls={shlex.quote(str(calls))}\n"
        f'{{ printf "%s\\037" {name} "$@"; echo; }} >>"$calls"\n{then}\n'
    )


def _filled(environment: dict[str, str], values: dict[str, str]) -> dict[str, str]:
    """An `env` with its expressions filled in; one that the table does not have is an error."""
    expression = re.compile(r"\$\{\{ (.*?) \}\}")
    return {
        name: expression.sub(lambda match: values[match[1]], text)
        for name, text in environment.items()
    }


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path)
    (machine.checkout / "content").mkdir()
    (machine.checkout / "content/sums.md").write_text(GOOD)
    return machine


# ── the action ──────────────────────────────────────────────────────────────────────────────────


def test_the_action_sets_up_itself_and_puts_only_the_program_on_the_path(machine: Machine) -> None:
    assert machine.run_action(paths="content").status == 0
    assert machine.called("setup") == [["runtime"]]
    assert f"with {sys.executable}" in machine.calls.read_text()
    assert machine.called("selfcheck") == [["lint", "--", "content"]]
    assert os.listdir(machine.folder / "temp/selfcheck-bin") == ["selfcheck"]
    assert machine.run("selfcheck --version").said.startswith("selfcheck ")


def test_the_action_says_the_status_and_fails_with_it(machine: Machine) -> None:
    assert machine.run_action(paths="content").outputs == {"status": "0", "sarif": ""}
    (machine.checkout / "content/more.md").write_text(BAD)
    ran = machine.run_action(paths="content")
    assert (ran.status, ran.outputs["status"]) == (1, "1")
    assert "question 2 has no answer" in ran.said
    ran = machine.run_action(paths="missing")
    assert (ran.status, ran.outputs["status"]) == (2, "2")
    assert "missing does not exist" in ran.said


def test_the_action_takes_paths_with_spaces_one_a_line(machine: Machine) -> None:
    for name in ("two words.md", "-dash.md", "100 %.md"):
        (machine.checkout / name).write_text(GOOD)
    ran = machine.run_action(paths="two words.md\n-dash.md\n100 %.md\n")
    assert machine.called("selfcheck")[-1] == [
        "lint",
        "--",
        "two words.md",
        "-dash.md",
        "100 %.md",
    ]
    assert ran.outputs["status"] in "01"  # the same question three times


@pytest.mark.parametrize(
    "hostile", ["$(touch pwned)", "`touch pwned`", ";touch pwned", "\n&& touch pwned", "' \" *"]
)
def test_no_input_of_the_action_is_run(machine: Machine, hostile: str) -> None:
    each = f"x{hostile}"
    machine.run_action(paths=each, since=each, args=each)
    machine.run_action(paths=each, sarif_file=each)
    assert not list(machine.folder.rglob("pwned"))


def test_the_action_annotates(machine: Machine) -> None:
    (machine.checkout / "content/sums.md").write_text(BAD)
    said = machine.run_action(paths="content", args="--no-cache --fail-on=error").said
    assert "error[missing-answer]: question 2 has no answer" in said
    assert re.search(r"^::error .*file=content/sums\.md,line=9.*::question 2 has", said, re.M)


def test_the_action_writes_all_findings_as_sarif_and_fails_for_new_ones(machine: Machine) -> None:
    (machine.checkout / "content/sums.md").write_text(BAD)
    subprocess.run(
        "git init -q && git add . && git -c user.name=a -c user.email=a@example.org commit -qm a",
        shell=True,
        check=True,
        cwd=machine.checkout,
    )
    ran = machine.run_action(paths="content", since="HEAD", sarif_file="x y.sarif")
    assert machine.called("selfcheck") == [
        ["lint", "--exit-zero", "--output-format", "sarif=x y.sarif", "--", "content"],
        ["lint", "--since", "HEAD", "--", "content"],
    ]
    assert ran.outputs["sarif"] == "x y.sarif"
    sarif = json.loads((machine.checkout / "x y.sarif").read_text())
    assert sarif["version"] == "2.1.0"


# ── the workflow ────────────────────────────────────────────────────────────────────────────────


def test_a_release_gets_decks_and_handouts(machine: Machine) -> None:
    machine.run_action(paths="content")
    for folder in ("a", "b"):  # one name in two folders, and a mark that means something to gh
        (machine.checkout / "content" / folder).mkdir()
        text = GOOD.replace("one and one", f"{folder} and one")
        (machine.checkout / "content" / folder / "c# sums.md").write_text(text)
    assert machine.run("selfcheck lock content").status == 0
    values = {
        "github.token": "secret",
        "github.repository": "someone/content",
        "github.event.release.tag_name": "v1 $(touch pwned)",
    }
    for step in _loaded(GITHUB)["jobs"]["release"]["steps"]:
        if "run" in step:
            ran = machine.run(step["run"], **_filled(step.get("env", {}), values))
            assert ran.status == 0, ran.said
    [arguments] = machine.called("gh")
    assert arguments[:4] == [
        "release",
        "upload",
        values["github.event.release.tag_name"],
        "--clobber",
    ]
    names = ["a-c- sums", "b-c- sums", "sums"]
    files = [f"assets/{name}{end}" for name in names for end in ("-handout.pdf", ".apkg")]
    assert sorted(arguments[4:]) == sorted(files)
    assert all((machine.checkout / file).stat().st_size for file in files)
    assert machine.called("sudo")[0] == ["apt-get", "update"]
    assert not list(machine.folder.rglob("pwned"))


def test_a_release_with_a_stale_lock_fails_before_anything_is_attached(machine: Machine) -> None:
    machine.run_action(paths="content")
    assert machine.run("selfcheck lock content").status == 0
    (machine.checkout / "content/more.md").write_text(GOOD.replace("one and", "two and"))
    steps = _loaded(GITHUB)["jobs"]["release"]["steps"]
    [build] = [step["run"] for step in steps if "selfcheck export" in step.get("run", "")]
    assert machine.run(build).status != 0


# ── GitLab ──────────────────────────────────────────────────────────────────────────────────────


def _gitlab_script(machine: Machine) -> str:
    """The lines of the job, with a repository on this machine and a folder of this test."""
    job = _loaded(GITLAB)["selfcheck"]
    subprocess.run(
        "git init -q && git add . && git -c user.name=a -c user.email=a@example.org commit -qm a"
        " && git tag v1",
        shell=True,
        check=True,
        cwd=machine.action,
    )
    values = {**job["variables"], "SELFCHECK_REPOSITORY": machine.action.as_uri()}
    exports = [f"export {name}={shlex.quote(str(value))}" for name, value in values.items()]
    lines = "\n".join([*exports, *job["before_script"], *job["script"]])
    return lines.replace("/tmp/selfcheck", str(machine.folder / "cloned"))


def test_gitlab_gets_its_reports_and_fails_for_what_is_new(machine: Machine) -> None:
    ran = machine.run(_gitlab_script(machine), shell="sh")
    assert ran.status == 0, ran.said
    reports = _loaded(GITLAB)["selfcheck"]["artifacts"]["reports"]
    whole, new = machine.called("selfcheck")
    assert whole == [
        *("lint", "content", "--exit-zero"),
        *("--output-format", f"gitlab={reports['codequality']}"),
        *("--output-format", f"junit={reports['junit']}"),
    ]
    assert new == ["lint", "content"]
    assert json.loads((machine.checkout / reports["codequality"]).read_text()) == []
    assert (machine.checkout / reports["junit"]).read_text().strip().endswith(">")


def test_gitlab_compares_with_the_base_of_a_merge_request(machine: Machine) -> None:
    machine.run(_gitlab_script(machine), shell="sh", CI_MERGE_REQUEST_DIFF_BASE_SHA="a1b2")
    assert machine.called("selfcheck")[-1] == ["lint", "content", "--since", "a1b2"]


# ── the problem matcher ─────────────────────────────────────────────────────────────────────────


def _matched(line: str) -> dict[str, str] | None:
    """What GitHub's runner makes of a line: the groups of the first matcher that fits."""
    for matcher in json.loads(MATCHER.read_text())["problemMatcher"]:
        [pattern] = matcher["pattern"]
        if match := re.search(pattern["regexp"], line, re.ASCII):
            groups = {name: match[group] for name, group in pattern.items() if name != "regexp"}
            return {"severity": matcher.get("severity", ""), **groups}
    return None


@pytest.mark.parametrize(
    "path",
    [
        "sums.md",
        "a folder/two words.md",
        "C:\\Users\\me\\sums.md",
        "C:/Users/me/sums.md",
        "what: 1:2 is.md",
        "a:3:4:b.md",
        "日本.md",
    ],
)
def test_the_matcher_takes_any_path(path: str) -> None:
    assert _matched(f"{path}:12:3: error[missing-answer] question 2 has no answer") == {
        "file": path,
        "line": "12",
        "column": "3",
        "severity": "error",
        "code": "missing-answer",
        "message": "question 2 has no answer",
    }


@pytest.mark.parametrize(
    ("severity", "taken"),
    [("error", "error"), ("warning", "warning"), ("info", "notice"), ("taste", "notice")],
)
def test_the_matcher_names_severities_as_github_does(severity: str, taken: str) -> None:
    found = _matched(f"a.md:1:2: {severity}[some-rule] said b.md:3:4: error[other] in it")
    assert found is not None
    assert (found["severity"], found["file"], found["code"]) == (taken, "a.md", "some-rule")


def test_the_matcher_gives_each_line_to_one_of_its_halves() -> None:
    matchers = json.loads(MATCHER.read_text())["problemMatcher"]
    patterns = [matcher["pattern"][0]["regexp"] for matcher in matchers]
    for one, other in (("error", "info"), ("taste", "warning")):
        line = f"a.md:1:2: {one}[some-rule] said b.md:3:4: {other}[other] in it"
        assert sum(bool(re.search(pattern, line)) for pattern in patterns) == 1


def test_the_expression_for_visual_studio_code_takes_all_severities() -> None:
    [tasks] = _blocks("json")
    pattern = json.loads(tasks)["tasks"][0]["problemMatcher"]["pattern"]
    for severity in ("error", "warning", "info", "taste"):
        match = re.search(pattern["regexp"], f"C:\\a b.md:1:2: {severity}[some-rule] said")
        assert match is not None
        assert match[pattern["file"]] == "C:\\a b.md"
        assert match[pattern["message"]] == "said"


def test_the_matcher_leaves_other_lines_alone() -> None:
    for line in (
        "Found 1 error in 1 file (2 questions, 1 answered).",
        " --> queues.md:9:1",
        "a.md:1:2: note: that",
        "a.md:x:2: error[some-rule] no",
    ):
        assert _matched(line) is None


def test_the_matcher_takes_each_line_of_the_concise_format(machine: Machine) -> None:
    for name in ("two words.md", "a:1:2: b.md"):
        (machine.checkout / "content" / name).write_text(BAD)
    ran = machine.run_action(paths="content", args="--output-format=concise")
    found = [match for match in map(_matched, ran.said.splitlines()) if match]
    assert {"content/two words.md", "content/a:1:2: b.md"} <= {match["file"] for match in found}
    answers = [match for match in found if match["code"] == "missing-answer"]
    assert all((m["line"], m["severity"]) == ("9", "error") for m in answers)
    assert len(answers) == 2


# ── the page ────────────────────────────────────────────────────────────────────────────────────


def _blocks(kind: str) -> list[str]:
    """The fenced blocks of one kind on the page."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)


def test_the_page_names_each_input_of_the_action_with_its_default() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \|.*\| (?:`(.+)` )?\|$", PAGE.read_text(), re.MULTILINE)
    inputs = {name: each["default"] for name, each in _loaded(ACTION)["inputs"].items()}
    assert dict(rows) == inputs


def test_the_configuration_of_pre_commit_on_the_page_is_right(tmp_path: Path) -> None:
    [block] = [block for block in _blocks("yaml") if block.startswith("repos:")]
    (tmp_path / "config.yaml").write_text(block)
    [repository] = load_config(str(tmp_path / "config.yaml"))["repos"]
    known = {hook["id"] for hook in load_manifest(str(HOOKS))}
    assert {hook["id"] for hook in repository["hooks"]} <= known


def test_the_commands_of_the_page_are_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "content").mkdir()
    (tmp_path / "content/sums.md").write_text(GOOD)
    commands = re.findall(r"^selfcheck (lint [^#\n]+)", PAGE.read_text(), re.MULTILINE)
    assert len(commands) > 3
    for command in commands:
        assert main(shlex.split(command)) == 0, command
