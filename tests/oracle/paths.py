"""paths: functions of whose objects only the running program knows whether they have a value.

Jumps lead into and out of blocks, loops, switches and the arms of `await any`; each read is behind a test of a flag (F) that is set where
the object gets a value and falls where its life begins. So the program is well-defined, and no analysis can tell the paths apart: what the
frame keeps has to be right on all of them. An object that is declared behind a label has a value at once: of one without, --check-lowering
does not see in the lowered text that a jump back makes it anew.
"""


class Block:
    """A block: what is declared in it, and whether a label stands in it, to which a jump back may lead."""

    def __init__(self, outer, is_loop=False, is_switch=False):
        self.outer, self.objects, self.is_loop, self.is_switch, self.has_label = outer, [], is_loop, is_switch, False

    def path(self):
        return (self.outer.path() if self.outer else []) + [self]


class Paths:
    """Makes one function. An object is (name, kind, number of its flag)."""

    def __init__(self, rnd, name):
        self.r, self.name = rnd, name
        self.flags = self.names = self.defers = 0
        self.labels = []        # with their blocks
        self.left = 60          # statements
        self.deferred = self.counters = self.hidden = 0
        self.goto_ok = rnd.random() < .8
        self.defer_ok = rnd.random() < .5
        self.any_ok = rnd.random() < .5

    def n(self, k):
        return self.r.randrange(k)

    def declare(self, b, may_init=True):
        self.names += 1
        kind = self.r.choice(["array", "array", "array", "struct", "scalar", "scalar", "bytes", "inner", "quad"])
        name, flag = f"v{self.names}", self.flags
        self.flags += 1
        init = may_init and (self.n(3) == 0 or b.has_label)
        t = {"array": "unsigned {}[%d]" % self.r.choice([4, 8, 16]), "struct": "struct pack {}", "scalar": "unsigned {}",
             "bytes": "unsigned char {}[%d]" % self.r.choice([32, 64]), "inner": "struct pack {}[2]", "quad": "quad {}"}[kind].format(name)
        v = (name, kind, flag)
        text = [f"{t}{' = ' + self.init(kind) if init else ''};", f"F[{flag}] = {int(init)};"]
        if not init and self.n(4) == 0 and kind == "scalar":
            text = [f"const unsigned {name} = {self.value()};", f"F[{flag}] = 1;"]
            v = (name, "const", flag)
        b.objects.append(v)
        return text

    def init(self, kind):
        return self.value() if kind == "scalar" else "{ %s }" % ("{ 1, 2 }" if kind == "inner" else self.value())

    def value(self):
        return self.r.choice([f"{self.n(99)}u", "x", "x + n", "n * 3u", "await half(n)", "await q(x)", f"P[{self.n(4)}]"])

    def visible(self, b):
        return [v for k in b.path() for v in k.objects]

    def write(self, v):
        name, kind, flag = v
        if kind == "const":
            return self.read(v)
        if kind == "scalar":
            way = self.n(4)
            return [[f"{name} = {self.value()};", f"F[{flag}] = 1;"], [f"if (F[{flag}]) {name} += {self.value()};"],
                    [f"set1(&{name}, {self.value()});", f"F[{flag}] = 1;"],
                    [f"await aset1(&{name}, {self.value()});", f"F[{flag}] = 1;"]][way]
        way = self.n(3)
        if kind == "quad":
            return [[f"{name} = (quad){{ n, x, {self.value()} }};", f"F[{flag}] = 1;"],
                    [f"fill(&{name}, sizeof {name}, {self.value()});", f"F[{flag}] = 1;"],
                    [f"if (F[{flag}]) {name}[{self.n(4)}] = {self.value()};"]][way]
        at = name if kind in ("array", "bytes", "inner") else "&" + name
        if way == 0:
            return [f"fill({at}, sizeof {name}, {self.value()});", f"F[{flag}] = 1;"]
        if way == 1:
            return [f"await afill({at}, sizeof {name}, {self.value()});", f"F[{flag}] = 1;"]
        place = {"array": f"{name}[n & 3]", "bytes": f"{name}[n & 31]", "struct": f"{name}.m[n & 3]", "inner": f"{name}[n & 1].k"}[kind]
        return [f"if (F[{flag}]) {place} = {self.value()};"]

    def read(self, v):
        name, kind, flag = v
        if kind in ("scalar", "const"):
            return [f"if (F[{flag}]) note({name}{' + await half(n)' if self.n(4) == 0 else ''});"]
        at = name if kind in ("array", "bytes", "inner") else "&" + name
        way = self.n(4)
        if kind == "quad":
            return [f"if (F[{flag}]) note({name}[0] ^ {name}[3]);"]
        if way == 0:
            return [f"if (F[{flag}]) note(await asum({at}, sizeof {name}));"]
        if way == 1 and kind == "struct":
            return [f"if (F[{flag}]) note(await by_value({name}));"]
        if way == 2:
            place = {"array": f"{name}[n & 3]", "bytes": f"{name}[n & 31]", "struct": f"{name}.m[n & 3]", "inner": f"{name}[n & 1].k"}[kind]
            return [f"if (F[{flag}]) note({place}{' + await half(n)' if self.n(3) == 0 else ''});"]
        return [f"if (F[{flag}]) note(sum_of({at}, sizeof {name}));"]

    def copy(self, b):
        vs = [v for v in self.visible(b) if v[1] in ("struct", "quad", "scalar")]
        if len(vs) < 2:
            return []
        a, c = self.r.sample(vs, 2)
        if a[1] != c[1]:
            return []
        return [f"if (F[{c[2]}]) {{ {a[0]} = {c[0]}; F[{a[2]}] = 1; }}"]

    def resets(self, blocks):
        return [f"F[{v[2]}] = 0;" for b in blocks for v in b.objects]

    def cond(self):
        return self.r.choice(["more()", "more()", "more() && x & 1", f"n++ % {2 + self.n(3)} == 0",
                              f"(x = mix(x, {self.n(9)})) & {1 << self.n(3)}", "await half(n) & 1", f"G[{self.n(8)}]++ & 1"])

    def body(self, b, count):
        """The lines of a block; its flags are reset when it begins, by a mark that is filled in at the end."""
        lines = [("enter", b)]
        for _ in range(count):
            lines += self.statement(b)
        return lines

    def statement(self, b):
        if self.left <= 0:
            return ["await suspend();"]
        self.left -= 1
        vs = self.visible(b)
        k = self.n(20)
        if k < 3 or not vs:
            return self.declare(b)
        if k < 6:
            return self.write(self.r.choice(vs))
        if k < 9:
            return self.read(self.r.choice(vs))
        if k == 9:
            return ["await suspend();"]
        if k == 10:
            return self.copy(b)
        if k == 11 and self.goto_ok and not self.defers and not self.hidden:
            label = f"l{self.name}_{len(self.labels)}"
            self.labels.append((label, b))
            for k in b.path():
                k.has_label = True
            return [f"{label}:;"]
        if k in (12, 13) and self.goto_ok and not self.defers:
            return [("goto", b, self.cond(), self.n(1 << 30))]
        inner = Block(b)
        if k == 14:
            lines = [f"if ({self.cond()}) {{"] + self.body(inner, 1 + self.n(4)) + ["}"]
            if self.n(2):
                other = Block(b)
                lines += ["else {"] + self.body(other, 1 + self.n(4)) + ["}"]
            return lines
        if k == 15:
            inner.is_loop = True
            kind = self.n(3)
            body = self.body(inner, 2 + self.n(5))
            if self.n(2):
                body += [f"if ({self.cond()})", "    " + self.r.choice(["break;", "continue;"])]
                body += self.body_more(inner, self.n(3))
            if kind == 0:
                return ["while (more()) {"] + body + ["}"]
            if kind == 1:
                return ["do {"] + body + [f"}} while (more() && {self.cond()});"]
            self.counters += 1
            c = f"c{self.counters}"
            return [f"for ({c} = 0; {c} < {1 + self.n(3)} && more(); {c}++) {{"] + body + ["}"]
        if k == 16:
            inner.is_switch = True
            lines = [("resets", inner), f"switch (n++ % {2 + self.n(3)}) {{"]
            if self.n(2):
                lines += [x for x in self.declare(inner, False)[:1]]
            for i in range(2 + self.n(2)):
                lines += [f"case {i}:;" if i or self.n(2) else "default:;"]
                lines += self.body_more(inner, 1 + self.n(3))
                if self.n(2):
                    lines += ["break;"]
            return lines + ["}"]
        if k == 17 and self.defer_ok:
            self.defers += 1
            self.deferred += 1
            defer = ["defer {"] + self.body(Block(inner), 1 + self.n(3)) + ["}"]
            self.deferred -= 1
            outer = ["{", ("enter", inner)] + self.declare(inner) + defer + self.body_more(inner, 2 + self.n(4))
            leave = self.n(3)
            if leave == 0 and self.in_loop(b) and not self.deferred:
                outer += [f"if ({self.cond()})", "    " + self.r.choice(["break;", "continue;"])] + self.body_more(inner, self.n(2))
            if leave == 1 and not self.deferred:
                outer += [f"if (n % 7 == 3)", "    return x ^ n;"]
            self.defers -= 1
            return outer + ["}"]
        if k == 18 and self.any_ok:
            arrays = [v for v in vs if v[1] in ("array", "bytes")]
            scalars = [v for v in vs if v[1] == "scalar"]
            if not arrays:
                return []
            v, w = self.r.choice(arrays), self.r.choice(arrays)
            first = f"case unsigned r{self.names} = await afill({v[0]}, sizeof {v[0]}, {self.value()}):"
            self.names += 1
            lines = ["await any {", first, f"F[{v[2]}] = 1; note(r{self.names - 1});"] + ["{"]
            lines += self.body(Block(b), self.n(3)) + ["}"] + ["break;"]
            if w != v and not scalars:
                return lines + ["}"]
            lose = f"await late({self.r.choice(['n', 'x + n', 'P[1]', 'await quiet(x)', 'await quiet(n) + n'])})"
            s = self.r.choice(scalars) if scalars and self.n(2) else None
            if s:
                lines[2] += f" F[{s[2]}] = 0;"
                lines += [f"case {s[0]} = {lose}:", "break;"]
            else:
                lines += [f"case {lose}:", "note(99);", "break;"]
            return lines + ["}"]
        if k == 19:
            saved = self.labels
            self.labels = []
            self.hidden += 1
            e = self.body(inner, 1 + self.n(3))
            self.hidden -= 1
            self.labels = saved
            return ["note(({"] + e + [f"{self.value()}; }}) + {self.value()});"]
        return ["await suspend();"]

    def in_loop(self, b):
        return any(k.is_loop for k in b.path())

    def body_more(self, b, count):
        lines = []
        for _ in range(count):
            lines += self.statement(b)
        return lines

    def resolve(self, lines):
        """Fills in where jumps lead, and which flags fall: those of the objects of blocks that are entered."""
        out = []
        for line in lines:
            if isinstance(line, str):
                out.append(line)
            elif line[0] in ("enter", "resets"):
                out += [" ".join(self.resets([line[1]]))] if line[1].objects else []
            else:
                _, b, cond, pick = line
                labels = self.labels
                if not labels:
                    continue
                label, to = labels[pick % len(labels)]
                here = set(b.path())
                fresh = [k for k in to.path() if k not in here]
                out += [f"if (more() && {cond}) {{", " ".join(self.resets(fresh)), f"goto {label};", "}"]
        return [l for l in out if l]

    def function(self):
        top = Block(None)
        lines = []
        for _ in range(2 + self.n(3)):
            lines += self.declare(top)
        lines += self.body_more(top, 8 + self.n(8))
        for v in top.objects:
            lines += self.read(v)
        body = self.resolve([("enter", top)] + lines)
        return [f"static async unsigned {self.name}(unsigned x, unsigned n)", "{",
            *[f"unsigned c{i + 1} = 0;" for i in range(self.counters)], *body, "return x + n;", "}"]


PRELUDE = r'''
struct pack { unsigned m[5]; unsigned k; };
static unsigned char F[4096];
static unsigned P[4] = { 3, 4, 5, 6 };
static unsigned more(void) { return --fuel > 0; }
static void fill(void *to [[ac::noescape]], unsigned long size, unsigned by)
{
    unsigned char *p = to;
    for (unsigned long i = 0; i < size; i++) p[i] = (unsigned char)(by + i);
}
static unsigned sum_of(const void *at [[ac::noescape]], unsigned long size)
{
    const unsigned char *p = at;
    unsigned s = 0;
    for (unsigned long i = 0; i < size; i++) s = s * 31 + p[i];
    return s;
}
static async unsigned afill(void *to [[ac::noescape]], unsigned long size, unsigned by)
{
    if (by & 1) await suspend();
    fill(to, size / 2, by);
    await suspend();
    fill((char *)to + size / 2, size - size / 2, by);
    return by;
}
static async unsigned asum(const void *at [[ac::noescape]], unsigned long size)
{
    if (size & 8) await suspend();
    unsigned s = sum_of(at, size);
    await suspend();
    return s ^ sum_of(at, size);
}
static async unsigned by_value(struct pack p) { await suspend(); p.m[0] ^= 3; await suspend(); return sum_of(&p, sizeof p); }
static async unsigned quiet(unsigned x) { await suspend(); return x; }
static void set1(unsigned *p [[ac::noescape]], unsigned x) { *p = x; }
static async void aset1(unsigned *p [[ac::noescape]], unsigned x) { await suspend(); *p = x; await suspend(); }
#ifdef AC_ERASED
static async unsigned late(unsigned x) { return x; }
#else
static async unsigned late(unsigned x) { if (x != 0x12345) for (int i = 0; i < 60; i++) await ac_yield(); return x; }
#endif
'''
