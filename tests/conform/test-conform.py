#!/usr/bin/env python3
"""Plugins with one fault each fail in the one check that is about it, and the kit says what is asked, what it found and where
that is written; wrong use has an exit status of its own. Usage: test-conform.py OFFHOOK-CONFORM PAGE FAULT=FILE.so..."""
import json
import pathlib
import subprocess
import sys
import tempfile

# What each fault breaks, and a part of what is found.
EXPECTED = {
    "abi": ("plugin/loads", "ABI 99."),
    "crash": ("agent/any-digits", "signal 11"),
    "greeting": ("agent/start-with-greeting", "n_said == 0"),
    "hang": ("agent/all-kinds", "the end of the turn"),
    "driver": ("driver/unknown-call", "should be FALSE"),
    "slow": ("synthesizer/words", "took "),
    "keyless": ("plugin/configures", "--with FILE"),
    "none": ("plugin/loads", "not a shared object"),
}
SANITIZED = {"crash": ("SEGV", "null pointer")}


def run(kit, *words):
    return subprocess.run([kit, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300, check=False)


def check_fault(kit, fault, file, page):
    result = run(kit, "--json", "--timeout", "3", file)
    assert result.returncode == 1, (fault, result)
    report = json.loads(result.stdout)
    failed = [check for check in report["checks"] if check["result"] == "failed"]
    name, found = EXPECTED[fault]
    assert [f"{check['suite']}/{check['check']}" for check in failed] == [name], (fault, failed)
    assert any(part in failed[0]["found"] for part in (found, *SANITIZED.get(fault, ()))), failed
    assert f"\n### {failed[0]['see'].split('#')[1]}\n\n{failed[0]['asks']}\n" in page, failed[0]
    assert report["failed"] == 1 and report["passed"] == len(report["checks"]) - 1 - report["skipped"], report


def check_tap(kit, file):
    result = run(kit, "--only", "agent/start-*", file)
    lines = result.stdout.splitlines()
    assert lines[0] == "TAP version 13" and "1..3" in lines, lines
    assert "not ok 3 - agent/start-with-greeting" in lines, lines
    assert any(line.startswith("  asks: ") for line in lines) and "  see: docs/plugin-contract.md#agent-start-with-greeting" in lines


def check_again(kit, file, folder):
    """What is to be typed again is all that was typed."""
    case = folder / "a case"
    case.write_text("[synthesize]\nany-voice=@any@\n")
    again = run(kit, "--format", "tap", "--with", case, "--define", "any=true", "--only", "synthesizer/words", file).stdout
    assert f"again: offhook conform '{file}' --with '{case}' --define 'any=true' --only synthesizer/words --verbose" in again, again
    assert "at most 60000 are expected" in again and "/" not in again.split("found: ")[1].split("\n")[0], again


def check_plain(kit, file):
    """A line for each check, and of one that failed all that has to be known."""
    result = run(kit, "--format", "plain", "--only", "agent/start-*", file)
    lines = result.stdout.splitlines()
    assert "ok       plugin/loads" in lines, lines
    failed = [line for line in lines if line.startswith("FAILED   agent/start-with-greeting: expected: ")]
    assert len(failed) == 1 and "n_said == 0" in failed[0] and " Came: " in failed[0], lines
    assert failed[0].endswith("See docs/plugin-contract.md#agent-start-with-greeting"), failed
    assert lines[-1].startswith("passed: ") and "failed: 1" in lines[-1], lines
    assert run(kit, "--format", "prose", file).returncode == 64


def check_use(kit, file, folder):
    for words, status in (((), 64), (("--nonsense",), 64), (("--timeout", "0", file), 64), (("/nonexistent.so",), 66)):
        assert run(kit, *words).returncode == status, words
    case = folder / "case"
    for text, complaint in (("[settings\n", ""), ("[nothing]\na=b\n", "[nothing]"), ("[agent]\nmood=good\n", "mood"),
                            ("[agent]\nmessage=@who@\n", "--define who=")):
        case.write_text(text)
        result = run(kit, "--with", case, file)
        assert result.returncode == 78 and complaint in result.stderr, result
    case.write_text("[settings]\nvolume=7\n")
    result = run(kit, "--with", case, file)
    assert result.returncode == 1 and "not ok 2 - plugin/configures" in result.stdout and "volume" in result.stdout, result


def main(kit, page, *faults):
    text = pathlib.Path(page).read_text(encoding="utf-8")
    described = run(kit, "--describe").stdout
    assert described == text, f"{page} is not what offhook-conform --describe prints: write that into it"
    with tempfile.TemporaryDirectory(prefix="offhook-conform-") as name:
        nothing = pathlib.Path(name) / "none.so"
        nothing.write_text("This is no plugin.\n")
        files = dict(fault.split("=", 1) for fault in faults)
        for fault, file in [*files.items(), ("none", nothing)]:
            check_fault(kit, fault, file, text)
        check_tap(kit, files["greeting"])
        check_plain(kit, files["greeting"])
        check_again(kit, files["slow"], pathlib.Path(name))
        check_use(kit, files["greeting"], pathlib.Path(name))
    print("each fault was found where it is")


if __name__ == "__main__":
    main(*sys.argv[1:])
