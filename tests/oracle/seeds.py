"""Random programs by the thousand: several share a compilation, what fails is kept, a log says which seeds are done."""

import os
import shlex
import shutil
import subprocess
import tempfile
from collections import Counter

import oracle

SANITIZE = ["-O1", "-g", "-fsanitize=address,undefined"]


def compiled(command):
    """Runs a compiler; None, or what it says."""
    p = oracle.execute(command, 600)
    return oracle.text_of(p.err) or "no message" if p.code else None


class Batch:
    """Some programs in one file, which does what its argument, a seed, says.

    Who inherits says how the file is written and translated: baseline(), translate(), variants. What makes the file
    unusable is looked for in each program alone.
    """

    cflags = []
    environments = [{}]              # the lowered program is run in each of them

    def __init__(self, programs, args, folder):
        self.programs, self.args, self.folder = programs, args, folder
        self.number = min(programs) // args.batch
        self.verdicts = {}           # seed -> (status, detail)
        self.runtime, self.libraries = (shlex.split(subprocess.check_output([args.acc, what], text=True)) for what in ("--cflags", "--libs"))
        os.chmod(folder, 0o777)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="latin-1") as f:
            f.write(text)

    def run(self, exe, seed, seconds, environment=None):
        words = [f"{name}={value}" for name, value in (environment or {}).items()]
        return oracle.execute(["env", *words, self.path(exe), str(seed)], seconds, cwd=self.folder, unprivileged=True)

    def acc(self, option, source, target, *flags):
        """Translates; None or a verdict."""
        p = oracle.execute([self.args.acc, *flags, option, *self.cflags, self.path(source), "-o", self.path(target)], 120, memory=4 << 30)
        return ("translate-error", f"exit {p.code}: " + oracle.text_of(p.err)) if p.code else None

    def judge(self):
        wanted = self.baseline()
        problem = self.translate() if wanted else None
        for cc, level in self.variants():
            problem = problem or wanted and self.compare(wanted, cc, level)
        for seed in wanted:
            self.verdicts.setdefault(seed, problem or ("pass", ""))

    def compare(self, wanted, cc, level):
        """Fills in verdicts of programs that differ; gives a verdict about all of them when there is one."""
        detail = compiled([cc, *self.cflags, *level, *self.runtime, self.path("out.c"), "-o", self.path("lowered"), *self.libraries])
        how = " ".join([cc, *level])
        if detail:
            return "compile-error", how + ": " + detail
        for environment in self.environments:
            for seed, out in wanted.items():
                done = self.run("lowered", seed, 60, environment)
                if done.code or done.out != out:
                    self.verdicts[seed] = (("skip", "the plain program is undefined") if self.plain_errs(seed) else
                                           ("differs", f"{how} {environment}: exit {done.code}, "
                                                       f"{difference(done.out, out)}; {oracle.text_of(done.err)}"))
                elif b"runtime error" in done.err and not self.plain_errs(seed):
                    self.verdicts[seed] = ("runtime-error", f"{how}: {oracle.text_of(done.err)}")
        return None

    def plain_errs(self, seed):
        """Do sanitizers complain about the plain program too?"""
        exe = self.path("plain-sanitized")
        if not os.path.exists(exe):
            compiled(["clang", *self.cflags, *SANITIZE, self.path("plain.c"), "-o", exe])
        return b"runtime error" in self.run("plain-sanitized", seed, 60).err


def difference(got, wanted):
    a, b = got.splitlines(), wanted.splitlines()
    at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    return f"line {at + 1} is {oracle.text_of(b' '.join(a[at:at + 1]), 60)!r} for {oracle.text_of(b' '.join(b[at:at + 1]), 60)!r}"


def judge(kind, programs, args):
    """{seed: (status, detail)}; seeds that fail together are judged once more alone, and their files kept."""
    folder = tempfile.mkdtemp(prefix="seeds-")
    try:
        batch = kind(programs, args, folder)
        batch.judge()
        verdicts = batch.verdicts
        bad = [s for s, v in verdicts.items() if v[0] not in ("pass", "skip")]
        if len(programs) > 1:
            together = {seed: verdicts[seed] for seed in bad}
            verdicts.update((seed, judge(kind, {seed: programs[seed]}, args)[seed]) for seed in bad)
            if bad and all(verdicts[seed][0] == "pass" for seed in bad) and together[bad[0]][0] != "unusable":
                verdicts.update((seed, (status, "not alone: " + detail)) for seed, (status, detail) in together.items())
        elif bad and verdicts[bad[0]][0] == "unusable":
            verdicts[bad[0]] = ("skip", verdicts[bad[0]][1])
            bad = []
        if bad and args.keep and (len(programs) == 1 or any("not alone" in verdicts[s][1] for s in bad)):
            kept = os.path.join(args.keep, "-".join(sorted({str(min(programs)), str(max(programs))})))
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(folder, kept)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return verdicts


def done_before(path):
    """{seed: kind} of an earlier run's log."""
    if not os.path.exists(path):
        return {}
    with open(path) as f:
        return {int(line.split()[0]): line.split()[1] for line in f}


def arguments(parser, name):
    parser.add_argument("--from", dest="first", type=int, default=1)
    parser.add_argument("--to", dest="last", type=int, required=True)
    parser.add_argument("--batch", type=int, default=10, help="programs in one compilation")
    parser.add_argument("--again", action="store_true", help="also what the log says is done")
    parser.add_argument("--acc", default="acc", help="the translator")
    parser.add_argument("--log", default=os.path.join(oracle.DATA, name + "-seeds.log"))
    parser.add_argument("--keep", default=os.path.join(oracle.DATA, name + "-failed"), help="folder for what fails")


def campaign(args, generate, kind):
    """Judges seeds from args.first to args.last; the exit status. generate(seed) is a text, or None."""
    os.makedirs(args.keep, exist_ok=True)
    os.makedirs(os.path.dirname(args.log), exist_ok=True)
    before = {} if args.again else done_before(args.log)
    counts = Counter(before[s] for s in range(args.first, args.last + 1) if s in before)
    todo = [s for s in range(args.first, args.last + 1) if s not in before]
    with open(args.log, "a", buffering=1) as log:
        for at in range(0, len(todo), args.batch):
            made = {seed: generate(seed) for seed in todo[at:at + args.batch]}
            verdicts = {s: ("skip", "no program in time") for s in made}
            programs = {s: text for s, text in made.items() if text}
            verdicts.update(judge(kind, programs, args) if programs else {})
            for seed, (status, detail) in sorted(verdicts.items()):
                verdict = status if status in ("pass", "skip") else "fail"
                counts[verdict] += 1
                log.write(f"{seed} {verdict} {status} {' '.join(detail.split())}\n")
                if verdict == "fail":
                    print(f"{status}: seed {seed}: {detail}", flush=True)
    print(f"{counts['pass']} passed, {counts['fail']} failed, {counts['skip']} skipped")
    return 1 if counts["fail"] else 0
