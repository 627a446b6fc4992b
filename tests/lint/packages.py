#!/usr/bin/env python3
"""Checks the packages against each other and against what is told of them: packaging/debian and the RPM's spec have
the same packages with the same files, and docs/guide/operator.md names each package and where its files go."""
import pathlib
import re
import sys

MACROS = {
    "%{_bindir}": "/usr/bin", "%{_sbindir}": "/usr/sbin", "%{_libdir}": "/usr/lib/*", "%{_libexecdir}": "/usr/libexec",
    "%{_includedir}": "/usr/include", "%{_datadir}": "/usr/share", "%{_mandir}": "/usr/share/man", "%{_sysconfdir}": "/etc",
    "%{_unitdir}": "/lib/systemd/system", "%{_sysusersdir}": "/usr/lib/sysusers.d", "%{_tmpfilesdir}": "/usr/lib/tmpfiles.d",
    "%{plugins}": "/usr/lib/*/offhook-1",
}
# A Debian package's name -> the RPM's, where it is another.
RPM_NAMES = {"liboffhook-1-0": "liboffhook", "liboffhook-net-1-0": "liboffhook-net", "liboffhook-dev": "liboffhook-devel"}


def normalise(path):
    """/usr/share/man/man1/offhook.1* -> without what compressing adds; one name for all files of a folder."""
    path = re.sub(r"/usr/lib/systemd/", "/lib/systemd/", "/" + path.strip("/"))
    path = re.sub(r"(/man/man\d/[^*]*)\*$", r"\1", path)
    return re.sub(r"/(?:\*|offhookd\.\*|\*\.pc)$", "", path)


def read_debian(folder):
    """Package -> paths."""
    names = re.findall(r"^Package: (\S+)", (folder / "control").read_text(encoding="utf-8"), re.MULTILINE)
    packages = {}
    for name in names:
        install = folder / f"{name}.install"
        lines = install.read_text(encoding="utf-8").splitlines() if install.exists() else []
        paths = set()
        for source, *target in (line.split() for line in lines if line and not line.startswith("#")):
            paths.add(normalise(f"{target[0]}/{pathlib.Path(source).name}" if target else source))
        packages[name] = paths
    return packages


def read_spec(path):
    """Package -> paths, of %files."""
    packages, current = {}, None
    for line in path.read_text(encoding="utf-8").splitlines():
        section = re.match(r"%files(?:\s+(-n\s+)?(\S+))?\s*$", line)
        if section:
            own, name = section.groups()
            current = packages.setdefault(name if own else f"offhook-{name}" if name else "offhook", set())
        elif line.startswith("%dir"):
            continue  # dpkg keeps no account of them
        elif line.startswith("%") and not re.match(r"%(config|attr|license|doc|\{)", line):
            current = None
        elif current is not None and line and not line.startswith(("%license", "%doc")):
            path_of = line.split()[-1]
            for macro, value in MACROS.items():
                path_of = path_of.replace(macro, value)
            current.add(normalise(path_of))
    return packages


def join_units(paths):
    """offhookd.service and offhookd.socket are one line of Debian's."""
    return {"/lib/systemd/system" if p.startswith("/lib/systemd/system") else p for p in paths}


def compare(debian, rpm):
    for name, paths in debian.items():
        other = RPM_NAMES.get(name, name)
        if other not in rpm:
            yield f"packaging/rpm/offhook.spec: no %files of {other}, which Debian has as {name}"
            continue
        mine, theirs = join_units(paths), join_units(rpm[other])
        for path in sorted(mine - theirs):
            yield f"packaging/rpm/offhook.spec: {other} has no {path}, Debian's {name} has it"
        for path in sorted(theirs - mine):
            yield f"packaging/debian/{name}.install: no {path}, which the RPM {other} has"
    for name in sorted(set(rpm) - {RPM_NAMES.get(n, n) for n in debian}):
        yield f"packaging/debian/control: no package for the RPM {name}"


def fits(path, told):
    """/usr/lib/*/offhook-1/engines/engine-x.so is told of by `/usr/lib/.../offhook-1/engines/`, say."""
    pattern = ".*".join(re.escape(part) for part in re.split(r"\.\.\.|\*", told.rstrip("/")))
    return re.match(pattern + r"(/|$)", path.replace("/usr/lib/*", "/usr/lib/x")) is not None


def told_problems(page, debian):
    text = page.read_text(encoding="utf-8")
    told = re.findall(r"`(/(?:etc|usr|lib|var)/[^`]*)`", text)
    for name, paths in debian.items():
        if f"`{name}`" not in text:
            yield f"{page.name} does not name the package {name}"
        for path in sorted(paths):
            if not any(fits(path, place) for place in told):
                yield f"{page.name} does not tell of {path} of {name}"


def main(root):
    debian = read_debian(root / "packaging" / "debian")
    rpm = read_spec(root / "packaging" / "rpm" / "offhook.spec")
    if len(debian) < 15 or sum(map(len, debian.values())) < 40:
        raise SystemExit("packaging/debian: its files have another form now")
    problems = [*compare(debian, rpm), *told_problems(root / "docs" / "guide" / "operator.md", debian)]
    print("\n".join(problems) or f"{len(debian)} packages are the same for both, and told of")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
