#!/usr/bin/env python3
"""Checks the SDK's headers: everything that a plugin may use is described by a comment, which names no parameter
that there is not and says who owns what is returned.

What needs no comment of its own, since it would say nothing new: what macros make of a class, X_ref(), X_unref()
and X_free() (offhook.h tells of all of them at once), a type that its header is about, a function where the virtual
function of its name has one and the other way round, X_finish() beside X_async() unless it returns something to own.
"""
import pathlib
import re
import sys

# What a header consists of. Comments: "/**" describes what follows, or what it names; "/*" is for members, and aside.
PIECES = re.compile(r"""
    (?P<doc>/\*\*.*?\*/)
  | (?P<aside>/\*.*?\*/)
  | (?P<macro>^\#\s*define\s+(?P<macro_name>\w+)(?P<arguments>\([^)]*\))?(?:\\\n|/\*.*?\*/|[^\n])*)
  | (?P<directive>^\#(?:\\\n|[^\n])*)
  | (?P<frame>\bG_(?:BEGIN|END)_DECLS\b|\bG_DEFINE_AUTO\w+\([^)]*\))
  | (?P<class>\bG_DECLARE_\w+\(\s*(?P<class_name>\w+)[^)]*\))
  | (?P<declaration>(?=\S)(?:/\*.*?\*/|\{(?:/\*.*?\*/|[^{}]|\{[^{}]*\})*\}|[^;{}/\#])+;)
""", re.VERBOSE | re.DOTALL | re.MULTILINE)
ASIDE = re.compile(r"/\*.*?\*/", re.DOTALL)
POINTER = re.compile(r"\(\s*\*\s*(\w+)\s*\)\s*\(")
CALLBACK = re.compile(r"typedef\b[^{]*\(\s*\*\s*(?P<name>\w+)\s*\)\s*\((?P<parameters>.*)\);$", re.DOTALL)
FORWARD = re.compile(r"typedef\s+struct\s+\w+\s+(?P<name>\w+);$")
TYPE = re.compile(r"(?:typedef\s+)?(?:struct|enum)\s*(?P<tag>\w*)\s*\{(?P<body>.*)\}\s*(?P<name>\w*);$", re.DOTALL)
FUNCTION = re.compile(r"(?P<returns>[^(={]*?)\b(?P<name>\w+)\s*\((?P<parameters>.*)\);$", re.DOTALL)
ATTRIBUTE = re.compile(r"\s*\bG_GNUC_\w+(?:\([^)]*\))?")
# A member with a function in it: comments before it, itself, and a comment behind it on its line.
MEMBER = re.compile(r"(?P<before>(?:/\*.*?\*/\s*)*)(?P<text>[^;/]+);(?P<behind>[ \t]*/\*)?", re.DOTALL)
HEADING = re.compile(r"^ \* ((?:offhook_|OFFHOOK_|Offhook)\w+):$", re.MULTILINE)
MENTION = re.compile(r"@(\w+)")
SELF_EVIDENT = re.compile(r"_(ref|unref|free|quark)$")
# What these give is the caller's: offhook.h says so.
MAKES = re.compile(r"_(new|copy|ref)(_\w+)?$")
FEWEST_SYMBOLS = 400


class Symbol:
    def __init__(self, where, kind, name, doc):
        self.where, self.kind, self.name, self.doc = where, kind, name, doc
        self.parameters, self.returns, self.members = None, "", {}


def parse_parameters(text):
    """The names in a list of parameters; one that is a function has parameters of its own, which are none of ours."""
    names = set(POINTER.findall(text))
    text = re.sub(r"\([^()]*\)\s*\([^()]*\)", "", text)
    return names | set(re.findall(r"(\w+)\s*(?:\[[^\]]*\])?\s*(?:,|$)", text))


def parse_members(body):
    """Functions that a structure holds -> whether there is a comment at them."""
    members = {}
    for member in MEMBER.finditer(body):
        pointer = POINTER.search(member["text"])
        if pointer:
            members[pointer[1]] = bool(member["before"] or member["behind"])
    return members


def parse_declaration(where, text, doc):
    plain = ATTRIBUTE.sub("", ASIDE.sub("", text)).strip()
    for kind, pattern in (("callback", CALLBACK), ("forward", FORWARD), ("type", TYPE), ("function", FUNCTION)):
        found = pattern.match(plain)
        if found:
            break
    else:
        raise SystemExit(f"{where}: what is this? {plain[:80]}")
    symbol = Symbol(where, kind, found["name"] or found["tag"].lstrip("_"), doc)
    if kind in ("callback", "function"):
        symbol.parameters = parse_parameters(found["parameters"])
    if kind == "function":
        symbol.returns = found["returns"].removeprefix("extern ").strip()
    if kind == "type":
        symbol.members = parse_members(text)
    return symbol


def parse_header(path):
    """The comment at the top, and what the header declares."""
    text = path.read_text(encoding="utf-8")
    head, doc, last, symbols, named = None, None, None, [], {}
    for piece in PIECES.finditer(text):
        kind = next(k for k in ("doc", "aside", "macro", "directive", "frame", "class", "declaration") if piece[k])
        where = f"{path.name}:{text.count(chr(10), 0, piece.start()) + 1}"
        if kind == "doc":
            doc = piece["doc"]
            named.update((name, doc) for name in HEADING.findall(doc))
        elif kind == "macro" and piece["macro_name"].startswith("OFFHOOK_TYPE_"):
            continue  # its class follows
        elif kind == "macro":
            # Constants line by line have one comment.
            if doc is None and last is not None and text[last.end():piece.start()] == "\n":
                doc = symbols[-1].doc
            symbols.append(Symbol(where, kind, piece["macro_name"], doc))
            symbols[-1].parameters = set(re.findall(r"\w+", piece["arguments"] or "")) or None
        elif kind == "class":
            symbols.append(Symbol(where, kind, piece["class_name"], doc))
        elif kind == "declaration":
            symbols.append(parse_declaration(where, piece["declaration"], doc))
        elif kind == "directive" and head is None:
            head = doc
        if kind not in ("doc", "aside"):
            doc = None
            last = piece if kind == "macro" else None
    for symbol in symbols:
        symbol.doc = named.get(symbol.name, symbol.doc)
    return head, symbols


def snake(name):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class Sdk:
    def __init__(self, folder):
        self.heads, self.symbols = {}, []
        for path in sorted(folder.glob("*.h")):
            self.heads[path.stem], symbols = parse_header(path)
            self.symbols += symbols
        self.documented = {s.name for s in self.symbols if s.doc}
        # "offhook_driver_configure" -> whether the class says something at `configure`
        self.virtual = {}
        for symbol in self.symbols:
            for suffix in ("Class", "Interface"):
                if symbol.name.endswith(suffix):
                    prefix = snake(symbol.name.removesuffix(suffix))
                    self.virtual.update((f"{prefix}_{member}", described) for member, described in symbol.members.items())

    def is_described(self, name):
        return name in self.documented or self.virtual.get(name, False)

    def needs_no_comment(self, symbol):
        name = symbol.name
        if symbol.kind == "function":
            beside = name.removesuffix("_finish") + "_async" if name.endswith("_finish") else None
            return bool(SELF_EVIDENT.search(name) or self.virtual.get(name) or
                        (beside and "*" not in symbol.returns and self.is_described(beside)))
        if symbol.kind in ("class", "forward", "type"):
            of_class = re.sub("(Class|Interface)$", "", name)
            about = snake(of_class).removeprefix("offhook_").replace("_", "-")
            return about in self.heads or of_class in self.documented or of_class + "Class" in self.documented
        return False

    def missing(self):
        for stem, head in self.heads.items():
            if head is None:
                yield f"{stem}.h: the comment at the top is missing, which says what it is for and which thread it is for"
        for symbol in self.symbols:
            if symbol.doc is None and not self.needs_no_comment(symbol):
                yield f"{symbol.where}: {symbol.name} is not described"
            if re.search("(Class|Interface)$", symbol.name):
                prefix = snake(re.sub("(Class|Interface)$", "", symbol.name))
                for member, described in symbol.members.items():
                    if not described and not member.endswith("_finish") and f"{prefix}_{member}" not in self.documented:
                        yield f"{symbol.where}: {symbol.name}.{member} is not described, and {prefix}_{member}() neither"

    def known_parameters(self, symbol):
        """Those of the symbol, and of the others that its comment is for."""
        others = [s for s in self.symbols if s.doc is symbol.doc]
        return set().union(*(s.parameters or () for s in others))

    def wrong(self):
        for symbol in self.symbols:
            if symbol.doc is None:
                continue
            headings = HEADING.findall(symbol.doc)
            if headings and symbol.name not in headings:
                yield f"{symbol.where}: the comment at {symbol.name} is that of {', '.join(headings)}"
            if symbol.parameters is not None:
                for name in sorted(set(MENTION.findall(symbol.doc)) - self.known_parameters(symbol)):
                    yield f"{symbol.where}: {symbol.name} has no parameter {name}"
            if "*" in symbol.returns and "const" not in symbol.returns and not MAKES.search(symbol.name) and "(transfer" not in symbol.doc:
                yield f"{symbol.where}: {symbol.name} does not say who owns what it returns: (transfer full) or (transfer none)"
            if symbol.returns == "void" and re.search(r"\bReturns:", symbol.doc):
                yield f"{symbol.where}: {symbol.name} returns nothing"


def main(root):
    sdk = Sdk(root / "core" / "sdk" / "offhook")
    if len(sdk.symbols) < FEWEST_SYMBOLS:
        raise SystemExit(f"only {len(sdk.symbols)} symbols found: the headers have another form now")
    problems = [*sdk.missing(), *sdk.wrong()]
    print("\n".join(problems) or f"{len(sdk.symbols)} symbols of the SDK are described")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
