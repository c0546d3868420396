#!/usr/bin/python3
"""csmith: random programs by the thousand, made async and compared with themselves.

  csmith.py --acc build/acc --to 10000                 seeds 1 to 10,000; goes on where an earlier run was ended
  csmith.py --acc build/acc --from 77 --to 77 --again  one seed once more

Each seed is generated, annotated by asyncify (csmith's own helpers too, in half of the batches), translated, compiled,
run and forgotten; what differs from the plain program is kept with its files. Programs are small, and several share
one compilation, each with names of its own.

The last line is 'N passed, N failed, N skipped'.
"""

import argparse
import re
import shutil
import subprocess
import sys

import asyncify
import oracle
import seeds

# Small programs: a seed costs a third of a second, and what fails is short.
SMALL = ["--no-argc", "--max-block-depth", "3", "--max-block-size", "2", "--max-expr-complexity", "5", "--max-funcs", "4"]
STYLES = [
    [],
    ["--bitfields", "--packed-struct", "--max-struct-fields", "5"],
    ["--max-funcs", "6", "--max-expr-complexity", "3"],
    ["--float", "--max-array-dim", "2"],
    ["--builtins", "--inline-function"],
    ["--no-arrays", "--max-expr-complexity", "7"],
    ["--no-pointers", "--max-block-depth", "4"],
    ["--const-as-condition", "--no-return-dead-pointer", "--max-union-fields", "3"],
    ["--no-global-variables", "--max-expr-complexity", "4"],
    ["--max-block-size", "4", "--max-expr-complexity", "3", "--max-pointer-depth", "4"],
]
CFLAGS = ["-w", "-std=gnu17", "-msse4.2"]          # some of its builtins need that
HEADERS = "/usr/include/csmith"
YIELDS = ["random", "random", "entry", "random", "stmt", "random", "none"]
OWN_NAME = re.compile(r"\b(func_\d+|g_\d+|[SU]\d+|main)\b")


def generate(seed):
    """The text of one program, its file-scope names made different from those of other seeds; None: no program in time."""
    try:
        p = subprocess.run(["csmith", "--seed", str(seed), *SMALL, *STYLES[seed % len(STYLES)]], stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL, timeout=10)
    except subprocess.TimeoutExpired:
        return None
    if p.returncode or b"main" not in p.stdout:
        return None
    return OWN_NAME.sub(rf"\1_{seed}", p.stdout.decode("latin-1"))


def together(programs):
    cases = "".join(f"    case {seed}: return main_{seed}();\n" for seed in programs)
    return "#include <stdlib.h>\n" + "".join(programs.values()) + f"""
int main(int argc, char **argv)
{{
    switch (atoi(argv[1])) {{
{cases}    }}
    return 99;
}}
"""


class Batch(seeds.Batch):
    def __init__(self, programs, args, folder):
        super().__init__(programs, args, folder)
        # csmith's helpers are made async, and make most of the awaits, when their header is not the system's.
        self.cflags = [*CFLAGS, ("-I" if self.number // 10 % 2 == self.number % 2 else "-isystem") + HEADERS]

    def variants(self):
        """The quickest compiler, and for each tenth batch one of the others."""
        if self.number % 10:
            return [("clang", ["-O0"])]
        return [[("gcc", ["-O1"])], [("clang", ["-O2"])], [("gcc", seeds.SANITIZE)]][self.number // 10 % 3]

    def baseline(self):
        """{seed: what the plain program prints}, of those that end in time."""
        self.write("plain.c", together(self.programs))
        detail = seeds.compiled(["gcc", *self.cflags, "-O0", self.path("plain.c"), "-o", self.path("plain")])
        wanted = {}
        for seed in self.programs:
            done = None if detail else self.run("plain", seed, 0.4)
            if done and done.code == 0:
                wanted[seed] = done.out
            else:
                self.verdicts[seed] = ("unusable", detail) if detail else ("skip", "the plain program runs too long")
        return wanted

    def translate(self):
        yields = YIELDS[self.number % len(YIELDS)].replace("random", f"random:{self.number}")
        options = asyncify.Options(cflags=tuple(self.cflags), yields=yields)

        def work():
            try:
                return asyncify.asyncify(self.path("plain.c"), options)[0].decode("latin-1")
            except asyncify.Skip as e:
                return [str(e)]
        text = oracle.isolated(work, 300) or ["asyncify crashed"]
        if isinstance(text, list):
            return "unusable", text[0]
        self.write("case.ac", text)
        return self.acc("-C", "case.ac", "out.c")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    seeds.arguments(ap, "csmith")
    args = ap.parse_args()
    if not shutil.which("csmith"):
        sys.exit("csmith: apt-get install csmith libcsmith-dev")
    return seeds.campaign(args, generate, Batch)


if __name__ == "__main__":
    sys.exit(main())
