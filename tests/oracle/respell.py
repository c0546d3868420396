#!/usr/bin/python3
"""respell: the same program, written otherwise.

  respell.py run --acc build/acc ../run/*.ac             each program, with the seeds 1 to 3
  respell.py run --acc build/acc --to 1 generated:40     the first 40 programs of generate.py
  respell.py show --acc build/acc --from 7 ../run/x.ac   only print what is made of it

What acc emits is an edited copy of the source, so how the source is written must not matter. Here the tokens of a
program, async and await among them, are put into macros (with and without parameters, macros in macros, bodies that are
no whole expression or statement), into #if groups and included files, on other lines, with comments and backslashes
between them and inside, and become digraphs. The compiler's preprocessor vouches that the tokens are the same; what is
lowered must do what the program did before, erased. A statement that waits across the end of a file is an error of acc
(across-files): such a case is skipped.

The last line is 'N passed, N failed, N skipped'.
"""

import argparse
import os
import random
import re
import shlex
import subprocess
import sys
import tempfile

import generate
import oracle

TOKEN = re.compile(r"""
    (?P<space>(?:[ \t\f\r\n]|\\\n)+) | (?P<comment>/\*.*?\*/|//(?:\\\n|[^\n])*) | (?P<string>(?:u8|[uUL])?"(?:\\.|[^"\\\n])*")
    | (?P<char>[uUL]?'(?:\\.|[^'\\\n])+') | (?P<number>\.?[0-9](?:[eEpP][+-]|'?[0-9a-zA-Z_.])*)
    | (?P<word>[A-Za-z_$][A-Za-z0-9_$]*) | (?P<mark><<=|>>=|\.\.\.|->|\+\+|--|<<|>>|[-+*/%&|^<>=!]=|&&|\|\||\#\#|::|<:|:>|<%|%>|[^\s])
    """, re.X | re.S)
DIGRAPHS = {"[": "<:", "]": ":>", "{": "<%", "}": "%>"}
BRACKETS = {digraph: mark for mark, digraph in DIGRAPHS.items()}
PRAGMA = {"_Pragma"}            # in the operand of a macro compilers put it elsewhere
OPEN, CLOSE = {"(", "[", "{"}, {")", "]", "}"}


def pieces(text):
    """The file as directives (texts) and runs of tokens (lists), in turn."""
    out, tokens, at, fresh = [], [], 0, True
    while at < len(text):
        if fresh and (directive := re.compile(r"[ \t]*(?:\#|%:)(?:\\\n|/\*.*?\*/|[^\n])*\n?", re.S).match(text, at)):
            out += [tokens, directive.group()]
            tokens, at = [], directive.end()
            continue
        match = TOKEN.match(text, at)
        if match.lastgroup == "space":
            fresh = fresh or re.search(r"(?<!\\)\n", match.group())
        elif match.lastgroup != "comment":
            tokens.append(match.group())
            fresh = False
        at = match.end()
    return out + [tokens]


class Respelled:
    def __init__(self, text, macros, seed, without=()):
        """macros: names of the function-like ones."""
        self.r = random.Random(seed)
        self.macros, self.without = macros, without
        self.files = {}
        self.count = 0
        self.boldness = self.r.choice([.15, .3, .6, 1])
        lines = []
        for piece in pieces(text):
            lines += [piece.rstrip("\n") + "\n"] if isinstance(piece, str) else self.run(piece)
        self.text = "".join(lines)

    def chance(self, p):
        return self.r.random() < p * self.boldness

    def want(self, what, p):
        return self.chance(p) and what not in self.without

    def name(self):
        self.count += 1
        return self.r.choice(["R{}", "r{}_", "rX_{}", "AWAIT_{}", "_r{}"]).format(self.count)

    # Chunks end where a directive may stand: not inside of a call of a macro.
    def run(self, tokens):
        lines, chunk, depth, left = [], [], 0, self.r.randrange(1, 30)
        for at, token in enumerate(tokens):
            chunk.append(token)
            if depth:
                depth += (token == "(") - (token == ")")
            elif token == "(" and at and tokens[at - 1] in self.macros | PRAGMA:
                depth = 1
            left -= 1
            if left <= 0 and not depth and token not in self.macros | PRAGMA:
                lines += self.chunk(chunk)
                chunk, left = [], self.r.choice([3, 10, 30, 80]) + self.r.randrange(9)
        return lines + (self.chunk(chunk) if chunk else [])

    def chunk(self, tokens):
        definitions = []
        is_plain = "_Pragma" in tokens or not self.want("macro", .8)
        body = self.layout(tokens) if is_plain else self.spell(tokens, definitions, 0)
        lines = ["\n", *definitions, body + "\n"]
        if self.want("group", .1):
            other = self.r.choice(["#else\n} ) await (\n", "#else\n#include <nothing>\n", "#elif 1 / 0\n", ""])
            lines = ["#if 1\n", *lines, other, "#endif\n"]
        elif self.want("include", .1):
            name = f"respelled_{len(self.files)}.h"
            self.files[name] = "".join(lines)
            lines = [f'#include "{name}"\n']
        if self.want("undef", .3):
            lines += [f"#undef {re.match(r'#define ([A-Za-z0-9_]+)', d).group(1)}\n" for d in definitions]
        return lines

    def atoms(self, tokens):
        """Tokens; a call of one of the program's macros is one of them."""
        out, at = [], 0
        while at < len(tokens):
            end = at + 1
            if tokens[at] in self.macros | PRAGMA and tokens[end:end + 1] == ["("]:
                depth = 1
                while depth and (end := end + 1) < len(tokens):
                    depth += (tokens[end] == "(") - (tokens[end] == ")")
                end += 1
            out.append(" ".join(tokens[at:end]))
            at = end
        return out

    def spell(self, tokens, definitions, depth):
        atoms, out = self.atoms(tokens), []
        while atoms:
            n = min(len(atoms), self.r.choice([1, 1, 2, 3, 5, 8, 20]))
            part, atoms = atoms[:n], atoms[n:]
            if depth > 3 or self.chance(.4) or any(a.split(" ")[0] in self.macros for a in part):
                out.append(self.layout(part, depth > 0))
            elif self.chance(.4):
                out.append(self.object_macro(part, definitions, depth))
            elif self.chance(.6):
                out.append(self.function_macro(part, definitions, depth))
            else:
                out.append(self.layout(part, depth > 0))
        return " ".join(out)

    def object_macro(self, part, definitions, depth):
        name, body = self.name(), self.inner(part, definitions, depth)
        definitions.append(f"#define {name} {body}\n")
        return name

    def inner(self, part, definitions, depth):
        return self.spell(part, definitions, depth + 1) if self.chance(.5) else self.layout(part, True)

    def function_macro(self, part, definitions, depth):
        """Operands are runs of tokens with whole brackets; a comma outside of them needs `...`."""
        name, body, operands, names, at = self.name(), [], [], [], 0
        while at < len(part):
            end = self.whole(part, at)
            if end > at and len(operands) < 4 and self.r.random() < .6:
                text = part[at:end]
                if "," in self.outside(text) or self.r.random() < .1:
                    names.append("__VA_ARGS__")
                else:
                    names.append(f"p{len(names)}_")
                operands.append(self.operand(text, definitions, depth))
                body.append(names[-1])
                at = end
                if names[-1] == "__VA_ARGS__":
                    break
            else:
                body.append(self.layout(part[at:at + 1], True))
                at += 1
        body += [self.layout(part[at:], True)] if at < len(part) else []
        parameters = ", ".join("..." if n == "__VA_ARGS__" else n for n in names)
        definitions.append(f"#define {name}({parameters}) {' '.join(body)}\n")
        return f"{name}{self.r.choice(['', ' '])}({', '.join(operands)})"

    def operand(self, part, definitions, depth):
        """As it is, or one macro: of two that share a bracket the operands would be others."""
        if depth > 3 or any(a.split(" ")[0] in self.macros for a in part) or not self.chance(.4):
            return self.layout(part, True)
        return self.object_macro(part, definitions, depth + 1)

    def whole(self, part, at):
        """The end of a run from `at` in which brackets have their partners."""
        limit, depth, good = at + self.r.choice([1, 2, 4, 9]), 0, at
        for i in range(at, len(part)):
            depth += (part[i] in OPEN) - (part[i] in CLOSE)
            if depth < 0:
                break
            if not depth:
                good = i + 1
                if good >= limit:
                    break
        return good

    def outside(self, part):
        depth, out = 0, []
        for token in part:
            depth += (token == "(") - (token == ")")
            if not depth:
                out.append(token)
        return out

    def layout(self, tokens, one_line=False):
        """Tokens with space between them; on one line where they are in a directive or in an operand."""
        out = []
        for token in tokens:
            if token in DIGRAPHS and self.want("digraph", .1):
                token = DIGRAPHS[token]
            if len(token) > 2 and self.want("splice", .04) and re.fullmatch(r"\w+", token):
                at = self.r.randrange(1, len(token))
                token = token[:at] + "\\\n" + token[at:]
            k = self.r.random() / self.boldness
            space = (" \\\n" if k < .04 and "splice" not in self.without else " /* ; ) */ " if k < .06 else " " if one_line or k > .3 else
                     "\n" if k < .2 else " // await f(\n" if k < .23 else "\t")
            out.append(token + space)
        return "".join(out).rstrip(" ")


def tokens_of(cc, path, flags):
    p = oracle.execute([*cc, *flags, "-w", "-D__LINE__=1", "-D__FILE__=2", "-E", "-P", path], 60)
    if p.code:
        return None
    tokens = (t.group() for t in TOKEN.finditer(p.out.decode("latin-1")) if t.lastgroup != "space")
    return [BRACKETS.get(t, t) for t in tokens]


def function_macros(cc, path, flags):
    p = oracle.execute([*cc, *flags, "-dM", "-E", path], 60)
    return set(re.findall(r"^#define (\w+)\(", p.out.decode("latin-1"), re.M)) | {"assert"}


def words_of(acc, option):
    return shlex.split(subprocess.check_output([acc, option], text=True))


class Judge:
    def __init__(self, args, folder):
        self.args, self.folder = args, folder
        self.runtime, self.libraries = words_of(args.acc, "--cflags"), words_of(args.acc, "--libs")
        self.words = [args.cc, "-std=gnu2x", "-x", "c", *self.runtime]

    def at(self, name):
        return os.path.join(self.folder, name)

    def built(self, command):
        p = oracle.execute(command, 300)
        return None if p.code == 0 else oracle.text_of(p.err)

    def expected(self, source, flags):
        problem = (self.built([self.args.acc, "-DAC_ERASED", *flags, "--erase", source, "-o", self.at("erased.c")])
                   or self.built([self.args.cc, "-std=gnu2x", "-w", "-O1", *self.runtime, "-DAC_ERASED", *flags, self.at("erased.c"),
                                  "-o", self.at("erased"), "-lm"]))
        if problem:
            return None
        p = oracle.execute([self.at("erased"), *arguments(source)], 60)
        return p.code, p.out

    def judge(self, source, seed, wanted):
        flags = folders(source)
        with open(source, encoding="latin-1") as f:
            text = f.read()
        if "__LINE__" in text:
            return "skip", "it tells its lines"
        made = Respelled(text, function_macros(self.words, source, flags), seed, self.args.without)
        for name, content in [*made.files.items(), ("in.ac", made.text)]:
            with open(self.at(name), "w", encoding="latin-1") as f:
                f.write(content)
        flags = ["-iquote", self.folder, *flags]
        want, got = tokens_of(self.words, source, flags), tokens_of(self.words, self.at("in.ac"), flags)
        if want != got:
            at = next((i for i, (a, b) in enumerate(zip(want or [], got or [])) if a != b), 0)
            return "skip", "other tokens: " + " ".join((got or [])[at:at + 9]) + " for " + " ".join((want or [])[at:at + 9])
        p = oracle.execute([self.args.acc, *flags, "--check-lowering", "-C", self.at("in.ac"), "-o", self.at("out.c")], 120)
        if p.code:
            return "skip" if b"[across-files]" in p.err else "translate-error", oracle.text_of(p.err)
        problem = self.built([self.args.acc, *flags, "--erase", self.at("in.ac"), "-o", self.at("again.c")])
        if problem:
            return "skip" if "[across-files]" in problem else "erase-error", problem
        if tokens_of(self.words, self.at("again.c"), flags) != self.erased_tokens(source, flags):
            return "erase-differs", "the erased file has other tokens"
        cc = [self.args.cc, "-std=gnu2x", "-w", "-O1", "-g", *(["-fsanitize=address,undefined"] if seed % 2 else []), *flags]
        problem = self.built([*cc, *self.runtime, self.at("out.c"), "-o", self.at("lowered"), *self.libraries, "-lm"])
        if problem:
            return "compile-error", problem
        for suspend in "01":
            p = oracle.execute(["env", f"SUSPEND={suspend}", self.at("lowered"), *arguments(source)], 60)
            if (p.code, p.out) != wanted or b"runtime error" in p.err:
                return "differs", f"SUSPEND={suspend}: exit {p.code}: {oracle.text_of(p.err)}"
        return "pass", ""

    def erased_tokens(self, source, flags):
        self.built([self.args.acc, *flags, "--erase", source, "-o", self.at("once.c")])
        return tokens_of(self.words, self.at("once.c"), flags)


def sources(programs, folder):
    """Their files; generated:N are made."""
    for program in programs:
        if not program.startswith("generated:"):
            yield program
            continue
        for seed in range(1, int(program.partition(":")[2]) + 1):
            path = os.path.join(folder, f"generated_{seed}.ac")
            with open(path, "w", encoding="latin-1") as f:
                f.write(generate.together({seed: generate.program(seed, [])}))
            yield path


def folders(source):
    return ["-iquote", os.path.dirname(source) or ".", "-iquote", generate.SUPPORT]


def arguments(source):
    """A generated program asks for its seed."""
    return re.findall(r"generated_(\d+)", source)


def run(args):
    counts = {"pass": 0, "skip": 0, "fail": 0}
    made = tempfile.TemporaryDirectory(prefix="respell-")
    for source in sources(args.programs, made.name):
        with tempfile.TemporaryDirectory(prefix="respell-") as folder:
            judge = Judge(args, folder)
            wanted = judge.expected(source, folders(source))
            for seed in range(args.first, args.last + 1):
                status, detail = judge.judge(source, seed, wanted) if wanted else ("skip", "does not run erased")
                kind = status if status in counts else "fail"
                counts[kind] += 1
                if status != "pass":
                    print(f"{status}: {source} seed {seed}: {detail}", flush=True)
                if kind == "fail" and args.keep:
                    kept = os.path.join(args.keep, f"{os.path.basename(source)}-{seed}")
                    os.makedirs(kept, exist_ok=True)
                    subprocess.run(f"cp {shlex.quote(folder)}/* {shlex.quote(kept)}/", shell=True, check=True)
    print(f"{counts['pass']} passed, {counts['fail']} failed, {counts['skip']} skipped")
    return 1 if counts["fail"] else 0


def show(args):
    for source in args.programs:
        with open(source, encoding="latin-1") as f:
            text = f.read()
        cc = [args.cc, "-std=gnu2x", "-x", "c", *shlex.split(subprocess.check_output([args.acc, "--cflags"], text=True))]
        if "__LINE__" in text:
            return "skip", "it tells its lines"
        made = Respelled(text, function_macros(cc, source, []), args.first, args.without)
        print(made.text, end="")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["run", "show"])
    parser.add_argument("programs", nargs="+")
    parser.add_argument("--acc", default="acc", help="the translator")
    parser.add_argument("--cc", default="gcc")
    parser.add_argument("--from", dest="first", type=int, default=1)
    parser.add_argument("--to", dest="last", type=int, default=3)
    parser.add_argument("--without", type=lambda text: text.split(","), default=[], metavar="LIST",
                        help="some of macro,group,include,undef,digraph,splice")
    parser.add_argument("--keep", help="folder for what fails")
    args = parser.parse_args()
    return run(args) if args.command == "run" else show(args)


if __name__ == "__main__":
    sys.exit(main())
