#!/usr/bin/env python3
"""The templates of plugins, built where nothing of Offhook's tree is: Offhook is installed into a folder of its own,
`offhook new` makes a driver, an engine and an agent, each is built and tested with the installed SDK alone, dropped into a
daemon's plugin path, and the three hold a call. Usage: outside-plugins.py BUILD_ROOT PREFIX SANITIZERS
or, for the call alone with a daemon that has the driver: outside-plugins.py --call URL TOKEN"""
import asyncio
import hashlib
import hmac
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import urllib.request

import websockets

KEY = "yours-key"
FRAME = bytes(640)


def run(*command, cwd=None, env=None):
    result = subprocess.run(command, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            timeout=600)
    if result.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit {result.returncode}\n{result.stdout}")
    return result.stdout


def install(build, prefix, root):
    """Offhook as a package would leave it, but below @root; its pkg-config files know."""
    run("meson", "install", "-C", build, "--no-rebuild", "--destdir", root)
    home = root / prefix.relative_to("/")
    for file in home.rglob("*.pc"):
        file.write_text(file.read_text().replace(str(prefix), str(home)))
    return home


def make_plugin(home, kind, name, folder):
    libs = next(home.rglob("pkgconfig")).parent
    env = {**os.environ, "LD_LIBRARY_PATH": str(libs)}
    run(home / "bin/offhook", "new", kind, name, "--dir", folder, env=env)
    texts = [path.read_text() for path in (folder / name).rglob("*") if path.is_file()]
    assert not any("acme" in text.lower() for text in texts), "something is still called Acme"
    assert (folder / name / ".gitignore").exists()


def build_plugin(home, source, sanitize):
    libs = next(home.rglob("pkgconfig")).parent
    env = {**os.environ, "PKG_CONFIG_PATH": str(libs / "pkgconfig"), "LD_LIBRARY_PATH": str(libs)}
    build = source / "build"
    run("meson", "setup", build, source, "-Dwerror=true", f"-Db_sanitize={sanitize}",
        f"-Db_lundef={str(sanitize == 'none').lower()}", env=env)
    commands = run("ninja", "-C", build, "-v", env=env)
    print(run("meson", "test", "-C", build, "--print-errorlogs", env=env))
    return build, commands


def read_when_there(path, process):
    for _ in range(600):
        if process.poll() is not None:
            sys.exit(f"the daemon ended with {process.returncode}")
        if path.exists() and path.read_text().strip():
            return path.read_text().strip()
        try:
            process.wait(0.1)
        except subprocess.TimeoutExpired:
            pass
    sys.exit(f"{path} did not appear")


def ask(url, body=None, headers=None):
    request = urllib.request.Request(url, body, headers or {})
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.loads(response.read())


def report(url, event):
    text = json.dumps(event).encode()
    signature = hmac.new(KEY.encode(), text, hashlib.sha256).hexdigest()
    return ask(url + "/voice/webhook/yours", text, {"X-Yours-Signature": signature, "Content-Type": "application/json"})


async def send_silence(socket):
    while True:
        await socket.send(FRAME)
        await asyncio.sleep(0.02)


async def talk(url, media_url, token):
    """A call from its stream's start to its stop; returns how many frames of sound came back."""
    heard = 0
    async with websockets.connect(media_url) as socket:
        await socket.send(json.dumps({"type": "start", "stream": "s-1"}))
        sender = asyncio.create_task(send_silence(socket))
        while heard < 10:
            message = await socket.recv()
            heard += isinstance(message, bytes) and any(message)
        sender.cancel()
        calls = ask(url + "/voice/calls", headers={"Authorization": "Bearer " + token})["calls"]
        assert calls[0]["status"] == "in-progress", calls
        await socket.send(json.dumps({"type": "stop"}))
        await socket.wait_closed()
    return heard


def have_call(url, token):
    """One call through the driver of a daemon that has it; returns how many frames of sound came back."""
    answer = report(url, {"type": "incoming", "id": "y-1", "from": "+15550100001", "to": "+15550100002"})
    heard = asyncio.run(asyncio.wait_for(talk(url, answer["media_url"], token), 60))
    assert heard >= 10, heard
    report(url, {"type": "ended", "id": "y-1"})
    newest = ask(url + "/voice/calls", headers={"Authorization": "Bearer " + token})["calls"][0]
    assert newest["status"] == "completed", newest
    return heard


def call(build_root, plugins, folder):
    config = folder / "offhookd.conf"
    config.write_text(f"[server]\nlisten=127.0.0.1:0\nstate-dir={folder}/state\n[plugins]\npath={plugins}\n"
                      f"[driver:yours]\napi-key={KEY}\nphone-number=+15550100002\n"
                      "[assistant:line]\ndriver=yours\nagents=ours\ntts=our-tones\nours.greeting=Hello from outside.\n")
    with open(folder / "log", "w", encoding="utf-8") as log:
        daemon = subprocess.Popen([build_root / "core/offhookd", "--config", config], stdout=log, stderr=log)
    try:
        url = read_when_there(folder / "state/url", daemon)
        return have_call(url, read_when_there(folder / "state/api-token", daemon))
    except BaseException:
        print((folder / "log").read_text())
        raise
    finally:
        daemon.terminate()
        daemon.wait(30)


def main(build_root, prefix, sanitize):
    with tempfile.TemporaryDirectory(prefix="offhook-outside-") as name:
        folder = pathlib.Path(name)
        os.environ["HOME"] = name  # for the caches of what builds
        home = install(build_root, prefix, folder / "root")
        plugins = folder / "plugins"
        plugins.mkdir()
        # A name of two words is written in four ways.
        for kind, name in (("driver", "yours"), ("engine", "our-tones"), ("agent", "ours")):
            make_plugin(home, kind, name, folder)
            build, commands = build_plugin(home, folder / name, sanitize)
            assert str(build_root) not in commands, f"the {kind} was built with Offhook's tree"
            shutil.copy(build / f"{kind}-{name}.so", plugins)
        print("frames heard:", call(build_root, plugins, folder))


if __name__ == "__main__":
    if sys.argv[1] == "--call":
        print("frames heard:", have_call(sys.argv[2], sys.argv[3]))
    else:
        main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3])
