#!/usr/bin/env python3
"""Checks what the pages say of the configuration against the program's tables: docs/configuration-keys.md is what
those say, and each [section] key that a page names is one that there is.

    config-docs.py ROOT OFFHOOKD [--write]     with --write the page is put there
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HEAD = """# Every key of the configuration

<!-- Made from the tables that check the configuration by tests/lint/config-docs.py --write -->

What offhookd.conf(5) and `offhookd --print-config-sample` say, by section. How it all goes together: [configuration.md](configuration.md).
"""
SECTION = re.compile(r"^#?\[([a-z]+(?::[\w-]+)?)\]$")
KEY = re.compile(r"^#([a-z][a-z0-9-]*)=(.*)$")
# In a page: `[media] phrase-cache-mib`, perhaps with a value.
MENTION = re.compile(r"`\[([a-z]+)(?::([\w-]+))?\] ([a-z][a-z0-9*-]*)(?:=[^`]*)?`")
# The daemon's own, in every section of a plugin: see plugin.h.
OWN = {"plugin"}
FEWEST_KEYS = 250


def print_sample(offhookd):
    with tempfile.TemporaryDirectory() as folder:
        # No configuration of the one who runs this has a say.
        environment = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "LSAN_OPTIONS") if name in os.environ}
        done = subprocess.run([offhookd, "--config", "/dev/null", "--print-config-sample"], cwd=folder, capture_output=True, text=True, check=True,
                              env={**environment, "HOME": folder, "OFFHOOK_STATE_DIR": folder})
    return done.stdout


def parse_sample(text):
    """[(section, what it is, [(key, default, what it does)])]"""
    sections, comment = [], []
    for line in text.splitlines():
        section, key = SECTION.match(line), KEY.match(line)
        if section:
            sections.append((section[1], " ".join(comment), []))
        elif key:
            sections[-1][2].append((key[1], key[2], " ".join(comment)))
        elif line.startswith("# "):
            comment.append(line[2:])
            continue
        comment = []
    return sections


def escape(text):
    return re.sub(r"([|<>*_])", r"\\\1", text)


def print_section(name, about, keys):
    text = f"\n## [{name}]\n\n{escape(about)}\n\n| key | default | |\n|---|---|---|\n"
    for key, default, what in keys:
        shown = "`" + default.replace("|", "\\|") + "`" if default else ""
        text += f"| `{key}` | {shown} | {escape(what)} |\n"
    return text


def read_page(page):
    """The page's head, and its sections by name: one of a plugin that this build does not have stays as it is."""
    text = page.read_text(encoding="utf-8") if page.exists() else HEAD
    head, *parts = re.split(r"^(?=## \[)", text, flags=re.MULTILINE)
    return head.rstrip("\n") + "\n", {re.match(r"## \[(.*)\]", part)[1]: "\n" + part.rstrip("\n") + "\n" for part in parts}


def page_problems(page, sections, write):
    wanted = {name: print_section(name, about, keys) for name, about, keys in sections}
    if write:
        kept = {name: text for name, text in read_page(page)[1].items() if ":" in name}
        page.write_text(HEAD + "".join({**wanted, **{name: text for name, text in kept.items() if name not in wanted}}.values()), encoding="utf-8")
    head, found = read_page(page)
    changed = [name for name, text in wanted.items() if found.get(name) != text]
    changed += [name for name in found if name not in wanted and ":" not in name]
    if head != HEAD or changed:
        yield f"{page}: not what the program has ({', '.join(changed)}): run tests/lint/config-docs.py . OFFHOOKD --write"


def has_key(keys, kind, name, key):
    """A name that is no plugin's is one that a page gives a section of its own, of whichever plugin of the kind."""
    if name is None and kind in keys:
        fitting = [keys[kind]]
    elif f"{kind}:{name}" in keys:
        fitting = [keys[f"{kind}:{name}"]]
    else:
        fitting = [of_section for section, of_section in keys.items() if section.split(":")[0] == kind]
    pattern = re.compile(re.escape(key).replace(r"\*", ".*"))
    return key in OWN or any(pattern.fullmatch(known) for of_section in fitting for known in of_section)


def mention_problems(root, sections):
    keys = {name: {key for key, _, _ in of_section} for name, _, of_section in sections}
    n_found = 0
    for path in [root / "README.md", *sorted(root.glob("docs/**/*.md")), *sorted(root.glob("packaging/*.md")), *sorted(root.glob("plugins/*/*/README.md"))]:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for kind, name, key in MENTION.findall(line):
                n_found += 1
                if not has_key(keys, kind, name or None, key):
                    yield f"{path.relative_to(root)}:{number}: there is no key {key} in [{kind}{':' + name if name else ''}]"
    if n_found < 40:
        yield f"only {n_found} keys found in the pages: they name them in another form now"


def main(arguments):
    write = "--write" in arguments
    root, offhookd = [a for a in arguments if a != "--write"]
    root = pathlib.Path(root)
    sections = parse_sample(print_sample(os.path.abspath(offhookd)))
    n_keys = sum(len(keys) for _, _, keys in sections)
    if n_keys < FEWEST_KEYS:
        raise SystemExit(f"only {n_keys} keys in the sample: it has another form now")
    problems = [*page_problems(root / "docs" / "configuration-keys.md", sections, write), *mention_problems(root, sections)]
    print("\n".join(problems) or f"{n_keys} keys are as the program has them")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
