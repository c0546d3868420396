#!/usr/bin/python3
"""generate: random well-defined async C programs, of what csmith never writes.

  generate.py run --acc build/acc --to 20      seeds 1 to 20; goes on where an earlier run was ended
  generate.py run --acc build/acc --features goto,vla --from 1 --to 500
  generate.py print 7                          the program of a seed
  generate.py reduce --acc build/acc 7         a smaller program that fails the same way

A seed gives the same program everywhere. A program prints what its statements compute. Its erased twin, compiled
without optimisation and under sanitizers, says what it has to print; C leaves the order of operands open, so what one
operand writes no other one touches. The lowered one is compiled by gcc and clang, at three levels, and run with awaits
that never suspend, once and often (SUSPEND, see tests/run/support.h).

The last line is 'N passed, N failed, N skipped'.
"""

import argparse
import contextlib
import os
import random
import re
import sys

import oracle
import paths
import seeds

HERE = os.path.dirname(os.path.abspath(__file__))
SUPPORT = os.path.join(os.path.dirname(HERE), "run")

# Callees without side effects but a sum of their arguments, so that they may stand anywhere, in any order.
PRELUDE = """\
#include "support.h"
#include <acc/box.h>

typedef unsigned quad __attribute__((vector_size(16)));
typedef unsigned __int128 u128;
static unsigned calls, trace, lines, G[8];
static int fuel;
static unsigned mix(unsigned h, unsigned x) { h = (h ^ x) * 0x9e3779b1u; return h ^ h >> 15; }
static void note(unsigned x) { trace = mix(trace, x); if (lines++ < 300) printf("%u\\n", x); }
static double bound(double x) { return x > -1e6 && x < 1e6 ? x : 1.5; }
static unsigned fold(double x) { return (unsigned)(long long)(bound(x) * 16); }
static async unsigned q(unsigned x) { await suspend(); calls += x | 1; return mix(x, 7); }
static async unsigned now(unsigned x) { calls += x | 2; return x + 3; }
static async unsigned half(unsigned x) { if (x & 1) await suspend(); calls += x | 1; return mix(x, 9); }
static async unsigned char qc(unsigned x) { await suspend(); return (unsigned char)(x + 1); }
static async _Bool qb(unsigned x) { await suspend(); return x & 4; }
static async short qs(unsigned x) { await suspend(); return (short)(x * 5); }
static async unsigned long long ql(unsigned x) { await suspend(); return x * 0x100000001ull; }
static async u128 qx(unsigned x) { await suspend(); return ((u128)x << 70) + x; }
static async float qf(double x) { await suspend(); return (float)(bound(x) / 2); }
static async double qd(double x) { await suspend(); return bound(x) + 1; }
static async long double qe(double x) { await suspend(); return (long double)bound(x) + 0.25L; }
static async double _Complex qz(double x) { await suspend(); return bound(x) + 3.0i; }
static async quad qv(unsigned x) { await suspend(); return (quad){ x, x + 1, x * 2, ~x }; }
static async void qn(unsigned x) { await suspend(); calls += x; }
static async unsigned *at(unsigned i) { await suspend(); return &G[i & 7]; }
static async unsigned bump(unsigned *p, unsigned by) { await suspend(); calls += by; return *p += by; }
static async unsigned deep(unsigned n) { return n ? mix(await deep(n - 1), n) : await half(n); }
static async unsigned sum(unsigned n, unsigned a[n])
{
    unsigned s = 0;
    for (unsigned i = 0; i < n; i++)
        s += a[i] * await half(i);
    return s;
}
static async unsigned sum2(unsigned n, unsigned m, unsigned a[n][m])
{
    unsigned s = sizeof *a;
    for (unsigned i = 0; i < n; i++)
        s += await sum(m, a[i]);
    return s;
}
static void set(unsigned *p [[ac::noescape]], unsigned x) { *p = *p * 3 + x; }
static async unsigned lent(unsigned n, unsigned *a [[ac::noescape]])
{
    unsigned s = n;
    for (unsigned i = 0; i < n; i++) {
        if (i & 1)
            await suspend();
        s = mix(s, a[i]++);
    }
    return s;
}
static async unsigned take(async unsigned h) { return await h + 1; }
static void wipe(unsigned *x) { note(*x); calls += *x; }
static async unsigned deep2(unsigned n) { return await deep(n & 3); }
static async unsigned (*const table[4])(unsigned) = { q, now, half, deep2 };
struct ops { unsigned tag; async unsigned (*call)(unsigned); };
static const struct ops objects[2] = { { 1, half }, { .call = q, .tag = 2 } };
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define TWICE(e) ((e) * 2 + 1)
""" + paths.PRELUDE

FEATURES = """await call_pointer call_member recursion logic conditional comma statement_expression assign_in_expression increment
generic macro cast wide float complex vector array struct bit_field union literal literal_address initialiser designated
pointer vla vla_param alloca atomic volatile static shadow typedef typeof if for while do switch switch_into_loop goto
goto_into computed_goto return break effects children block conditional_lvalue asm rvalue_member function_pointer string array_of_structs aligned local_struct self_call
typed_children goto_out literal_argument compare_pointers size defer cleanup any frame handle_array handle_move
many steady part lend tail disjoint fused paths""".split()

RETURNED_VALUE = re.compile(r"error: 'ac_value\d+' is read, but on some path")
UNSIGNED = ["unsigned", "unsigned char", "unsigned short", "unsigned long long", "u128"]
SIGNED = ["int", "short", "signed char", "long", "_Bool"]
# Types of parameters that are neither numbers nor records, with what a variable of it is.
WIDE = {"double": ("float", "double"), "double _Complex": ("complex", "double"), "quad": ("vector", "unsigned")}


class Var:
    """An object: kind is scalar, float, complex, vector, array, grid, vla, vla2, struct, pointer or struct_pointer."""

    def __init__(self, name, kind, type=None, size=0, target=None):
        self.name, self.kind, self.type, self.size, self.target = name, kind, type, size, target
        self.is_const = False

    def touched(self):
        """The objects that an access goes through."""
        return {self} if self.target is None else {self, self.target}


class Record:
    """A struct or union type of the program: members (name, kind, extra)."""

    def __init__(self, tag, keyword, members):
        self.tag, self.keyword, self.members = tag, keyword, members

    @property
    def type(self):
        return f"{self.keyword} {self.tag}"

    def definition(self):
        lines = [f"{self.type} {{"]
        for name, kind, extra in self.members:
            lines.append({"scalar": f"{extra} {name};", "bits": f"unsigned {name} : {extra};", "array": f"unsigned {name}[{extra}];",
                          "record": f"{extra.type if kind == 'record' else ''} {name};"}[kind])
        return lines + ["};"]


def indented(lines):
    out, level = [], 0
    for line in lines:
        level -= line.startswith("}")
        out.append("    " * level + line)
        level += line.endswith("{")
    return out


class Generator:
    def __init__(self, seed, focus=()):
        self.seed, self.random = seed, random.Random(seed)
        # Each program has features it prefers, so that some of them meet often.
        self.weight = {f: 0.2 if focus else self.random.choice([0.1, 1, 1, 3]) for f in FEATURES}
        self.weight.update((f, 6) for f in focus)
        self.records, self.scopes, self.functions = [], [[]], []
        self.hidden, self.frozen, self.reads, self.writes = set(), set(), set(), set()
        self.child_paths = {}                         # what of a child's struct is printed
        self.own = None                               # the function that is being written: name, parameters, result
        self.single = None                            # one that is to be awaited once, in that function
        self.names, self.inside, self.returns, self.depth, self.budget = 0, None, True, 0, 0
        self.world = Var("the world", "world")        # what calls with side effects read and write
        self.result, self.jumps_or_sizes = "unsigned", None

    # -- choices -----------------------------------------------------------

    def maybe(self, feature, probability=0.5):
        return self.random.random() < probability * min(self.weight[feature], 2)

    def pick(self, options):
        """One of (feature, make) by the weight of its feature."""
        return self.random.choices([m for _, m in options], [self.weight[f] for f, _ in options])[0]

    def number(self, n):
        return self.random.randrange(n)

    def fresh(self, stem):
        self.names += 1
        name = f"{stem}{self.names}"
        return name if name != "u128" else self.fresh(stem)     # a type of the programs

    def local_name(self, stem):
        """A new name, or the name of an outer variable, to hide it."""
        here = {v.name for v in self.scopes[-1]}
        outer = [v.name for s in self.scopes[1:-1] for v in s if v.name not in here]
        if outer and len(self.scopes) > 2 and self.maybe("shadow", 0.15):
            return self.random.choice(outer)
        return self.fresh(stem)

    # -- what may be touched -------------------------------------------------

    def visible(self):
        seen, found = set(), []
        for scope in reversed(self.scopes):
            for v in reversed(scope):
                if v.name not in seen:
                    seen.add(v.name)
                    found.append(v)
        return found

    def readable(self, *kinds):
        return [v for v in self.visible() if v.kind in kinds and not v.touched() & self.hidden]

    def writable(self, *kinds):
        return [v for v in self.readable(*kinds)
                if not v.is_const and not (v.target or v) in self.frozen and not (v.target and v.target.is_const)]

    def read(self, v):
        self.reads |= v.touched()
        return v.name

    def write(self, v):
        self.reads |= v.touched()
        self.writes.add(v.target or v)
        return v.name

    def unsequenced(self, *makers):
        """Operands in any order: what one of them writes the others leave alone. They are made in random order."""
        saved = self.hidden, self.frozen, self.reads, self.writes
        texts, reads, writes = [None] * len(makers), set(), set()
        order = list(range(len(makers)))
        self.random.shuffle(order)
        for i in order:
            self.hidden, self.frozen = saved[0] | writes, saved[1] | reads
            self.reads, self.writes = set(), set()
            texts[i] = makers[i]()
            reads |= self.reads
            writes |= self.writes
        self.hidden, self.frozen = saved[0], saved[1]
        self.reads, self.writes = saved[2] | reads, saved[3] | writes
        return texts

    def may_act(self):
        """May a call with side effects stand here?"""
        return not {self.world} & (self.hidden | self.frozen)

    def act(self):
        self.writes.add(self.world)

    @contextlib.contextmanager
    def scope(self):
        self.scopes.append([])
        yield
        self.scopes.pop()

    @contextlib.contextmanager
    def within(self, inside, returns=True):
        """What break and continue would leave here, and whether return may."""
        saved = self.inside, self.returns
        self.inside, self.returns = inside, self.returns and returns
        yield
        self.inside, self.returns = saved

    # -- expressions: all of type unsigned -----------------------------------

    def leaf(self):
        options = self.readable("scalar", "array", "struct", "pointer", "vla", "float", "struct_pointer", "complex", "vector")
        if options and self.number(4):
            return self.load(self.random.choice(options))
        return f"{self.number(self.random.choice([3, 20, 1 << 32]))}u"

    def load(self, v):
        """The value of a variable, or of something in it."""
        name = self.read(v)
        if v.kind == "scalar":
            return name if v.type == "unsigned" else f"(unsigned){name}"
        if v.kind == "pointer":
            return f"*{name}"
        if v.kind == "float":
            return f"fold((double){name})"
        if v.kind == "complex":
            return f"fold({self.random.choice(['__real__', '__imag__'])} {name})"
        if v.kind == "struct":
            return f"(unsigned){name}{self.path(v.type)}"
        if v.kind == "struct_pointer":
            return f"(unsigned){self.through(v)}"
        return self.element(v, lambda: f"{self.number(9)}")

    def through(self, v):
        return f"{v.name}->{self.path(v.type)[1:]}"

    def element(self, v, index):
        """A place in an array, vector or variable length array."""
        if v.kind == "vla":
            return f"{v.name}[{index()} % {v.size}]"
        if v.kind == "vla2":
            return f"{v.name}[{index()} % {v.size[0]}][{v.size[1]} - 1]"
        return f"{v.name}[({index()}) & {v.size - 1}]" if v.kind in ("array", "vector") else v.name

    def path(self, record, bits=True):
        """From a struct to a member that holds a number."""
        members = [m for m in record.members if bits or m[1] != "bits"]
        name, kind, extra = self.random.choice(members)
        if kind == "record":
            return f".{name}{self.path(extra, bits)}"
        return f".{name}[{self.number(extra)}]" if kind == "array" else f".{name}"

    def e(self, depth=None):
        """An expression."""
        depth = self.random.choice([0, 1, 2, 2, 3]) if depth is None else depth
        self.budget -= 1
        if depth <= 0 or self.budget < 0:
            return self.leaf()
        d = depth - 1
        return self.pick([
            ("await", lambda: self.call(d)), ("await", lambda: self.call(d)), ("await", lambda: self.binary(d)),
            ("await", lambda: self.binary(d)), ("await", lambda: self.unary(d)),
            ("call_pointer", lambda: "await table[{} & 3]({})".format(*self.unsequenced(lambda: self.e(0), lambda: self.e(d)))),
            ("call_member", lambda: self.call_member(d)),
            ("recursion", lambda: f"await deep({self.number(4)})"),
            ("logic", lambda: f"(unsigned)({self.e(d)} % 3 {self.random.choice(['&&', '||'])} {self.e(d)} % 5)"),
            ("logic", lambda: f"(unsigned)!({self.e(d)} & 1)"),
            ("conditional", lambda: f"({self.e(d)} & {1 << self.number(4)} ? {self.e(d)} : {self.e(d)})"),
            ("conditional", lambda: f"({self.e(d)} ?: {self.e(d)})"),
            ("comma", lambda: f"({self.e(d)}, {self.e(d)})"),
            ("comma", lambda: f"(await qn({self.e(d)}), {self.e(d)})"),
            ("statement_expression", lambda: self.statement_expression(d)),
            ("assign_in_expression", lambda: self.assign_in_expression(d)),
            ("increment", lambda: self.increment()),
            ("generic", lambda: self.generic(d)),
            ("macro", lambda: self.macro(d)),
            ("macro", lambda: f"TWICE(({self.e(d)}))"),
            ("cast", lambda: f"(unsigned)({self.random.choice(SIGNED + UNSIGNED)})({self.e(d)})"),
            ("wide", lambda: self.wide(d)),
            ("float", lambda: f"fold({self.f(d)})"),
            ("complex", lambda: f"fold({self.random.choice(['__real__', '__imag__'])} (await qz({self.f(d)}) + {self.number(9)}.0i))"),
            ("vector", lambda: f"(await qv({self.e(d)}) + {self.number(9)}u)[{self.number(4)}]"),
            ("array", lambda: self.subscript(d)),
            ("literal", lambda: f"(unsigned[4]){{ {self.list_of(d)} }}[{self.number(4)}]"),
            ("rvalue_member", lambda: self.rvalue_member(d)),
            ("conditional_lvalue", lambda: self.at(d)),
            ("vla_param", lambda: self.sum_call()),
            ("literal_argument", lambda: f"await sum({1 + self.number(3)}, (unsigned[4]){{ {self.list_of(d)} }})"),
            ("string", lambda: f'(unsigned)"await and async"[{self.e(d)} % 16]'),
            ("size", lambda: self.size(d)),
            ("compare_pointers", lambda: "(unsigned)(await at({}) {} &G[{} & 7])".format(
                *(lambda a, b: (a, self.random.choice(["==", "<", "-"]), b))(*self.unsequenced(lambda: self.e(d), lambda: self.e(0))))),
            ("self_call", lambda: self.self_call(d)),
            ("effects", lambda: self.effect_call(d)), ("effects", lambda: self.bump(d)), ("fused", lambda: self.single_call(d)),
        ])()

    def macro(self, d):
        """A macro that names its operands twice: no labels in them."""
        self.depth += 9
        a, b = self.unsequenced(lambda: self.e(d), lambda: self.e(0))
        self.depth -= 9
        return f"MAX(({a}), ({b}))"

    def generic(self, d):
        """Only the branch that is chosen may wait."""
        suffix = self.random.choice(["", "u", "l"])
        values = [self.e(d) if suffix == s else f"{self.number(9)}" for s in ("", "u", "l")]
        return "_Generic({}{}, int: {}, unsigned: {}, default: {})".format(self.number(9), suffix, *values)

    def at(self, d):
        """A place among the globals, given by an await."""
        if self.world in self.hidden:
            return self.leaf()
        self.reads.add(self.world)
        saved = self.frozen
        self.frozen = self.frozen | {self.world}
        text = f"*await at({self.e(d)})"
        self.frozen = saved
        return text

    def call(self, d):
        f = self.random.choice(["q", "q", "half", "now", "qc", "qb", "qs", "ql", "qx"])
        text = f"await {f}({self.e(d)})"
        return text if f in ("q", "half", "now") else f"(unsigned)({text})"

    def call_member(self, d):
        a, b = self.unsequenced(lambda: self.e(0), lambda: self.e(d))
        return self.random.choice([f"await objects[{a} & 1].call({b})", f"await (&objects[{a} & 1])->call({b})",
                                   f"await (*table[{a} & 3])({b})"])

    def binary(self, d):
        op = self.random.choice("+ - * & | ^ << >> / % == < >".split())
        a, b = self.unsequenced(lambda: self.e(d), lambda: self.e(self.number(d + 1)))
        if op in ("<<", ">>"):
            return f"({a} {op} ({b} & 15))"
        if op in ("/", "%"):
            return f"({a} {op} ({b} | 1))"
        return f"(unsigned)({a} {op} {b})" if op in ("==", "<", ">") else f"({a} {op} {b})"

    def unary(self, d):
        return self.random.choice(["-", "~", "+"]) + f"({self.e(d)})"

    def wide(self, d):
        a, b = self.unsequenced(lambda: self.e(d), lambda: self.e(0))
        return self.random.choice([f"(unsigned)((u128){a} * ((u128){b} << 40) >> {self.number(90)})",
                                   f"(unsigned)(((unsigned long long){a} << 20) + {b} >> {self.number(30)})",
                                   f"(unsigned)(await qx({a}) - {b} >> {self.number(99)})"])

    def f(self, d):
        """A floating expression, not too large."""
        options = self.readable("float")
        if d <= 0 or not self.number(3):
            if options and self.number(2):
                return f"(double){self.read(self.random.choice(options))}"
            return f"(double)({self.e(0)} & 1023)"
        kind = self.number(5)
        if kind == 0:
            return "({} {} {})".format(*(lambda a, b: (a, self.random.choice("+-"), b))(
                *self.unsequenced(lambda: self.f(d - 1), lambda: self.f(0))))
        if kind == 1:
            return f"({self.e(d - 1)} & 2 ? {self.f(d - 1)} : {self.f(0)})"
        return f"(double)(await {self.random.choice(['qf', 'qd', 'qe'])}({self.f(d - 1)}))"

    def list_of(self, d, n=4):
        return ", ".join(self.unsequenced(*[lambda: self.e(self.number(d + 1))] * (1 + self.number(n))))

    def subscript(self, d):
        v, index = self.unsequenced(self.array, lambda: self.e(d))
        return self.element(v, lambda: f"({index})") if v else index

    def array(self):
        options = self.readable("array", "vla", "vla2")
        if not options:
            return None
        v = self.random.choice(options)
        self.read(v)
        return v

    def statement_expression(self, d):
        """({ … }) with declarations and jumps that stay inside."""
        if self.depth > 4:
            return self.leaf()
        self.depth += 1
        with self.scope(), self.within(None, returns=False):
            lines = self.statements(1 + self.number(3))
            value = self.e(d)
        self.depth -= 1
        return "({ " + " ".join(lines) + " " + value + "; })"

    def assign_in_expression(self, d):
        # clang 14 refuses the value of an assignment to an _Atomic object in some places.
        options = [v for v in self.writable("scalar") if not v.type.endswith("  ")]
        if not options:
            return self.leaf()
        v = self.random.choice(options)
        saved = self.frozen
        self.frozen = self.frozen | {v}
        value = self.e(d)
        self.frozen = saved
        self.write(v)
        op = self.random.choice(self.assign_ops(v.type))
        return f"(unsigned)({v.name} {op} {self.guarded(op, value)})"

    def assign_ops(self, type):
        type = type.strip()
        if type in UNSIGNED:
            return ["=", "+=", "-=", "*=", "^=", "|=", "<<=", ">>=", "/=", "%="]
        return ["=", "&=", "|=", "^="] if type in ("long", "_Bool") else ["=", "+=", "-=", "*=", "&=", "^="]

    def guarded(self, op, value):
        return f"({value} & 7)" if op in ("<<=", ">>=") else f"({value} | 1)" if op in ("/=", "%=") else value

    def increment(self):
        options = [v for v in self.writable("scalar") if v.type in UNSIGNED]
        if not options:
            return self.leaf()
        v = self.random.choice(options)
        self.write(v)
        return "(unsigned)" + self.random.choice(["({}++)", "({}--)", "(++{})", "(--{})"]).format(v.name)

    def rvalue_member(self, d):
        if not self.records:
            return self.leaf()
        record = self.random.choice(self.records)
        return f"(unsigned)({self.s(record, d)}){self.path(record)}"

    def sum_call(self):
        options = self.readable("vla", "vla2")
        if not options:
            return self.leaf()
        v = self.random.choice(options)
        self.read(v)
        return f"await sum({v.size}, {v.name})" if v.kind == "vla" else f"await sum2({v.size[0]}, {v.size[1]}, {v.name})"

    def size(self, d):
        """sizeof evaluates its operand only for the length of an array."""
        if self.number(2):
            return f"(unsigned)sizeof(unsigned[1 + ({self.e(d)} & 7)])"
        return f"(unsigned)sizeof({self.leaf()})" if self.either("sizes") else self.leaf()

    def self_call(self, d):
        """The function that is being written, as long as there is fuel."""
        if not self.own or not self.may_act() or self.depth > 3:
            return self.leaf()
        name, parameters, result = self.own
        texts = self.unsequenced(*[lambda p=p: self.argument(p, min(d, 1)) for p in parameters])
        self.act()
        text = f"(fuel -= 50) > 0 ? await {name}({', '.join(texts)})"
        return f"({text} : 4u)" if result == "unsigned" else f"(({text} : ({result.type}){{ 0 }}){self.path(result)} + 0u)"

    def effect_call(self, d):
        """A call of a function that prints and changes globals."""
        if not self.functions or not self.may_act() or self.depth > 3:
            return self.leaf()
        return self.call_of(self.random.choice(self.functions), d)

    def call_of(self, function, d):
        name, parameters, result = function
        texts = self.unsequenced(*[lambda p=p: self.argument(p, d) for p in parameters])
        self.act()
        text = f"await {name}({', '.join(texts)})"
        return f"(unsigned)({text}){self.path(result)}" if isinstance(result, Record) else text

    def single_call(self, d):
        """The only await of the function in front of this one."""
        if not self.single or not self.may_act() or self.depth > 3:
            return self.leaf()
        function, self.single = self.single, None
        return self.call_of(function, d)

    def argument(self, p, d):
        if isinstance(p, Record):
            return self.s(p, d)
        if p == "pointer":
            options = [v for v in self.writable("scalar") if v.type == "unsigned"]
            if not options:
                self.reads.add(self.world)
                return "&G[2]"
            v = self.random.choice(options)
            self.write(v)
            return f"&{v.name}"
        if p == "double":
            return f"bound({self.f(d)})"
        if p == "double _Complex":
            return f"await qz({self.f(d)}) + {self.number(9)}.0i"
        return f"await qv({self.e(d)})" if p == "quad" else self.e(d)

    def bump(self, d):
        options = [v for v in self.writable("scalar") if v.type == "unsigned"]
        if not options:
            return self.leaf()
        v = self.random.choice(options)
        value = self.e(d)
        self.write(v)
        return f"await bump(&{v.name}, {value})"

    # -- structs ---------------------------------------------------------------

    def s(self, record, d):
        """An expression of a struct type."""
        options = [v for v in self.readable("struct") if v.type is record]
        kind = self.number(7) if d > 0 and self.budget > 0 else 0
        if kind <= 1 and options:
            return self.read(self.random.choice(options))
        if kind == 2:
            return f"({self.e(d - 1)} & 1 ? {self.s(record, d - 1)} : {self.s(record, 0)})"
        if kind == 3:
            return f"(await qn({self.e(d - 1)}), {self.s(record, d - 1)})"
        if kind in (4, 5):
            return f"(await make_{record.tag}({self.e(d - 1)}))"
        if kind == 6 and self.depth < 4 and self.maybe("statement_expression"):
            return f"({{ {record.type} t{d} = {self.s(record, d - 1)}; await qn({self.number(9)}); t{d}; }})"
        return f"({record.type}){self.initialiser(record, max(d - 1, 0))}"

    def initialiser(self, record, d):
        members = record.members if record.keyword == "struct" else [self.random.choice(record.members)]
        by_name = record.keyword == "union" or self.maybe("designated")
        if by_name:
            members = self.random.sample(members, 1 + self.number(len(members)))
        makers = [lambda m=m: self.member_value(m, d, by_name) for m in members]
        return "{ " + ", ".join(self.unsequenced(*makers)) + " }"

    def member_value(self, member, d, by_name):
        name, kind, extra = member
        if kind == "record":
            value = self.initialiser(extra, d) if self.number(3) else self.s(extra, d)
        elif kind == "array":
            value = "{ " + self.list_of(d, extra) + " }"
        else:
            value = self.e(d)
        return f".{name} = {value}" if by_name else value

    # -- statements --------------------------------------------------------------

    def statements(self, n):
        lines = []
        for _ in range(n):
            lines += self.statement()
        return lines

    def body(self, n, first=()):
        """A block in braces."""
        self.depth += 1
        with self.scope():
            lines = ["{", *first, *self.statements(n), "}"]
        self.depth -= 1
        return lines

    def statement(self):
        simple = [
            ("await", self.assign), ("await", self.assign), ("await", self.declare), ("await", self.declare), ("await", self.print),
            ("await", lambda: [f"{self.e()};"]), ("pointer", self.declare_pointer), ("vla", self.declare_vla),
            ("alloca", self.declare_alloca), ("struct", self.declare_struct), ("struct", self.assign_struct),
            ("literal_address", self.declare_literal), ("array", self.declare_array), ("vector", self.declare_vector),
            ("float", self.declare_float), ("complex", self.declare_complex), ("typeof", self.declare_typeof),
            ("typedef", self.declare_typedef), ("asm", self.asm), ("conditional_lvalue", self.conditional_lvalue),
            ("function_pointer", self.declare_function_pointer), ("array_of_structs", self.declare_structs),
            ("aligned", self.declare_aligned), ("local_struct", self.declare_local_struct),
            ("effects", self.act_statement), ("break", self.leave), ("return", self.give_back), ("cleanup", self.declare_cleanup),
            ("steady", self.declare_steady), ("part", self.change_part), ("lend", self.lend), ("tail", self.give_way),
        ]
        nested = [
            ("block", lambda: self.body(1 + self.number(4))), ("if", self.if_else), ("for", self.for_loop), ("while", self.while_loop),
            ("do", self.do_loop), ("switch", self.switch), ("switch_into_loop", self.switch_into_loop), ("goto", self.goto_web),
            ("goto_into", self.goto_into), ("computed_goto", self.computed_goto), ("children", self.children),
            ("goto_out", self.goto_out), ("defer", self.defer), ("any", self.await_any), ("frame", self.frames),
            ("disjoint", self.disjoint),
        ]
        return self.pick(simple + nested if self.depth < 3 and self.budget > 0 else simple)()

    def add(self, name, kind, type=None, size=0, target=None):
        v = Var(name, kind, type, size, target)
        self.scopes[-1].append(v)
        return v

    def declared(self, stem, make):
        """A new name and its initialiser, which sees no variable of that name: C's scope begins before it."""
        name = self.local_name(stem)
        blocker = Var(name, "unusable")
        self.scopes[-1].append(blocker)
        text = make()
        self.scopes[-1].remove(blocker)
        return name, text

    def lvalue(self):
        """A place that holds an integer: (text, its variable, its type)."""
        options = self.writable("scalar", "array", "struct", "pointer", "vla", "vla2", "struct_pointer", "vector")
        if not options:
            return None
        v = self.random.choice(options)
        if v.kind == "scalar":
            return v.name, v, v.type
        if v.kind == "pointer":
            return f"*{v.name}", v, "unsigned"
        if v.kind in ("struct", "struct_pointer"):
            return (self.through(v) if v.kind == "struct_pointer" else v.name + self.path(v.type)), v, "unsigned short"
        return None, v, "unsigned"

    def assign(self):
        place = self.lvalue()
        if not place:
            return self.print()
        text, v, type = place
        saved = self.frozen
        self.frozen = self.frozen | {v.target or v, v}
        if text is None:
            index, value = self.unsequenced(lambda: self.e(self.number(3)), lambda: self.e())
            text = self.element(v, lambda: f"({index})")
        else:
            value = self.e()
        self.frozen = saved
        self.write(v)
        ops = [op for op in self.assign_ops(type) if v.kind not in ("struct", "struct_pointer") or op in ("=", "+=", "^=", "-=")]
        op = self.random.choice(ops)
        return [f"{text} {op} {self.guarded(op, value)};"]

    def print(self):
        if not self.may_act():
            return [f"await qn({self.e()});"]
        value = self.e()
        self.act()
        return [f"note({value});"]

    def act_statement(self):
        if not self.functions or not self.may_act():
            return self.print()
        return [f"{self.effect_call(2)};"]

    def qualifier(self):
        if self.maybe("volatile", 0.1):
            return "volatile "
        return "_Atomic " if self.maybe("atomic", 0.1) else ""

    def declare(self):
        type = self.random.choice(["unsigned"] * 5 + UNSIGNED + SIGNED)
        static = self.maybe("static", 0.08)
        name, value = self.declared("x", lambda: f"{self.number(100)}" if static else self.e())
        qualifier = "" if static else self.qualifier()
        # A type that ends in a blank: no pointer of ours points to it.
        v = self.add(name, "scalar", type + {"": "", "volatile ": " ", "_Atomic ": "  "}[qualifier])
        if qualifier and type == "u128":
            return self.replaced(v, "unsigned", qualifier, value)
        if not qualifier and not static and self.number(8) == 0:
            v.is_const, qualifier = True, "const "
        if static:
            v.type += " "
        return [f"{'static ' if static else ''}{qualifier}{type} {name} = {value};"]

    def replaced(self, v, type, qualifier, value):
        v.type = type + "  "
        return [f"{qualifier}{type} {v.name} = {value};"]

    def declare_steady(self):
        """What nothing assigns to, computed from constants and from others like it."""
        options = [v for v in self.readable("scalar") if v.is_const and v.type in UNSIGNED[:4]]
        type = self.random.choice(UNSIGNED[:4] + ["_Bool", "double"])

        def make():
            value = f"{self.number(9)}u"
            for _ in range(self.number(4)):
                operand = self.read(self.random.choice(options)) if options and self.number(3) else f"{self.number(99)}"
                value = self.random.choice([f"{value} {self.random.choice('+-*^|&')} {operand}", f"({value} << {self.number(8)})"])
            return value
        name, value = self.declared("y", make)
        v = self.add(name, "float" if type == "double" else "scalar", type)
        v.is_const = True
        return [f"{self.random.choice(['', '', 'const '])}{type} {name} = {f'({value}) & 1023' if type == 'double' else value};"]

    def place_of_part(self, v):
        """A member, an element or a half of a variable, or all of a number, in one of the ways to write that."""
        name = self.random.choice([v.name, v.name, f"({v.name})", f"__extension__ {v.name}", f"_Generic(0, int: {v.name})",
                                   f"__builtin_choose_expr(1, {v.name}, 0)"])
        if v.kind == "complex":
            return f"{self.random.choice(['__real__', '__imag__'])}({name})"
        if v.kind == "vector":
            return f"({name})[{self.number(4)}]"
        if v.kind == "scalar":
            return self.random.choice([name, f"*&{v.name}"])
        path = self.path(v.type)
        if path.endswith("]") and not self.number(3):           # an array is a pointer, in either order
            array, index = path[:-1].rsplit("[", 1)
            return self.random.choice([f"*(({name}){array} + {index})", f"{index}[({name}){array}]"])
        return f"({name}){path}" if self.number(4) else f"(&{v.name})->{path[1:]}"

    def change_part(self):
        options = [v for v in self.writable("complex", "vector", "struct", "scalar") if v.kind != "scalar" or v.type == "unsigned"]
        if not options:
            return self.assign()
        v = self.random.choice(options)
        place = self.place_of_part(v)
        saved = self.frozen
        self.frozen = self.frozen | {v}
        value = f"{self.number(99)}" if v.kind == "complex" else self.e(1)
        self.frozen = saved
        self.write(v)
        ops = ["="] if v.kind == "complex" else ["=", "+=", "^="] if v.kind == "struct" else ["=", "+=", "^=", "-=", "*="]
        return [f"{place} {self.random.choice(ops)} {value};"]

    def lend(self):
        """Who is lent the address of a variable changes it, but does not keep it."""
        options = [v for v in self.writable("scalar", "array") if v.type == "unsigned"]
        if not options:
            return self.print()
        v = self.random.choice(options)
        saved = self.frozen
        self.frozen = self.frozen | {v}
        value = self.e(1)
        self.frozen = saved
        self.write(v)
        if v.kind == "array":
            return [f"set({v.name} + {self.number(4)}, {value});", f"await qn(await lent(4, {v.name}));"]
        return [self.random.choice([f"set(&{v.name}, {value});", f"memset(&{v.name}, {self.number(9)}, sizeof {v.name});",
                                    f"await qn(await lent(1, &{v.name}));"])]

    def disjoint(self):
        """Arrays that are needed one after the other, all or in part, in one block."""
        if not self.may_act():
            return self.if_else()
        self.act()
        self.depth += 1
        lines, arrays, steps = ["{"], [], []
        with self.scope():
            for _ in range(2 + self.number(3)):
                name, n = self.fresh("a"), 1 << self.number(6)
                arrays.append((name, n))
                lines.append(f"unsigned {name}[{n}];")
            for name, n in arrays:
                k = self.fresh("k")
                start = [f"for (unsigned {k} = 0; {k} < {n}; {k}++)", f"    {name}[{k}] = {k} * {self.number(9)} + {self.e(0)};"]
                uses = [[f"note(await lent({n}, {name}));"], [f"note({name}[{self.number(n)}] + {self.e(1)});"],
                        [f"memset({name}, {self.number(9)}, sizeof {name});"], ["await suspend();"],
                        [f"{name}[{self.number(n)}] += {self.e(1)};"], self.print()]
                chosen = self.random.choices(uses, k=1 + self.number(4))
                # No line twice: it may define a label.
                steps.append([start, *[use for i, use in enumerate(chosen) if use not in chosen[:i]]])
            while steps:                # mostly one array after the other, at times in turns
                own = self.random.choice(steps) if not self.number(4) else steps[0]
                lines += own.pop(0)
                steps = [s for s in steps if s]
        self.depth -= 1
        return lines + ["}"]

    def give_way(self):
        """The last await of the function, whose result is its own."""
        if not self.returns or self.depth == 0 or self.result != "unsigned":
            return self.assign()
        return [f"if ({self.e(1)} % 8 == 1)", f"    return await {self.random.choice(['q', 'half', 'deep2'])}({self.e(1)});"]

    def declare_array(self):
        name, values = self.declared("a", lambda: self.designated(2) if self.maybe("designated", 0.3) else self.list_of(2))
        self.add(name, "array", "unsigned", 4)
        return [f"unsigned {name}[4] = {{ {values} }};"]

    def designated(self, d):
        places = self.random.sample(range(4), 1 + self.number(4))
        values = self.unsequenced(*[lambda: self.e(self.number(d + 1))] * len(places))
        return ", ".join(f"[{place}] = {value}" for place, value in zip(places, values))

    def declare_pointer(self):
        options = [v for v in self.writable("scalar", "array") if v.type == "unsigned"]
        if not options:
            return self.declare()
        target = self.random.choice(options)
        name, index = self.declared("p", lambda: self.e(1))
        # The initialiser may hide the target's name.
        if name == target.name or target.touched() & self.hidden:
            return [f"{index};"]
        self.add(name, "pointer", "unsigned", target=target)
        return [f"unsigned *{name} = &{target.name}{f'[({index}) & 3]' if target.kind == 'array' else ''};"]

    def either(self, kind):
        """A computed goto may not enter the scope of an array of variable length: a function has one kind of them."""
        self.jumps_or_sizes = self.jumps_or_sizes or kind
        return self.jumps_or_sizes == kind

    def declare_vla(self):
        if not self.either("sizes"):
            return self.declare()
        n = self.fresh("n")
        lines = [f"const unsigned {n} = 1 + ({self.e()} & 7);"]
        i, kind = self.fresh("k"), self.number(4)
        name = self.fresh("w")
        if kind < 2:
            lines += [f"unsigned {name}[{n}];", f"for (unsigned {i} = 0; {i} < {n}; {i}++)", f"    {name}[{i}] = {self.e(2)} + {i};"]
            self.add(name, "vla", "unsigned", n)
            return lines
        m = self.fresh("n")
        lines += [f"const unsigned {m} = 1 + ({self.e()} & 3);", f"unsigned {name}[{n}][{m}];",
                  f"for (unsigned {i} = 0; {i} < {n} * {m}; {i}++)", f"    {name}[{i} / {m}][{i} % {m}] = {self.e(1)} ^ {i};"]
        self.add(name, "vla2", "unsigned", (n, m))
        if kind == 2:
            row = self.fresh("r")
            lines.append(f"unsigned (*{row})[{m}] = &{name}[{self.e(1)} % {n}];")
            lines.append(f"(*{row})[{self.e(1)} % {m}] += sizeof *{row};")
        return lines

    def declare_alloca(self):
        n, name = self.fresh("n"), self.fresh("l")
        lines = [f"const unsigned {n} = 1 + ({self.e()} & 3);", f"unsigned *{name} = __builtin_alloca({n} * sizeof *{name});",
                 f"for (unsigned k = 0; k < {n}; k++)", f"    {name}[k] = k + {self.e(0)};"]
        self.add(name, "vla", "unsigned", n)
        return lines

    def declare_struct(self):
        if not self.records:
            return self.declare()
        record = self.random.choice(self.records)
        name, value = self.declared("s", lambda: self.initialiser(record, 2) if self.maybe("initialiser") else self.s(record, 2))
        v = self.add(name, "struct", record)
        lines = [f"{record.type} {name} = {value};"]
        if self.maybe("pointer", 0.3):
            pointer = self.fresh("sp")
            self.add(pointer, "struct_pointer", record, target=v)
            lines.append(f"{record.type} *{pointer} = &{name};")
        return lines

    def assign_struct(self):
        options = [v for v in self.writable("struct") if v.type in self.records]
        if not options:
            return self.declare_struct()
        v = self.random.choice(options)
        saved = self.frozen
        self.frozen = self.frozen | {v}
        value = self.s(v.type, 2)
        self.frozen = saved
        self.write(v)
        return [f"{v.name} = {value};"]

    def declare_literal(self):
        """A pointer to a compound literal, which lives as long as the block."""
        if self.records and self.maybe("struct"):
            record = self.random.choice(self.records)
            name, value = self.declared("lp", lambda: self.initialiser(record, 1))
            self.add(name, "struct_pointer", record)
            return [f"{record.type} *{name} = &({record.type}){value};"]
        name, values = self.declared("lp", lambda: self.list_of(1))
        self.add(name, "array", "unsigned", 4)
        return [f"unsigned *{name} = (unsigned[4]){{ {values} }};"]

    def declare_vector(self):
        name, value = self.declared("v", lambda: f"await qv({self.e(1)})" + self.random.choice([" + 1u", " * 3u", ""]))
        self.add(name, "vector", "unsigned", 4)
        return [f"quad {name} = {value};"]

    def declare_function_pointer(self):
        pointer, (name, value) = self.fresh("fp"), self.declared("x", lambda: self.e(1))
        choice = self.e(1)
        self.add(name, "scalar", "unsigned")
        call = self.random.choice([f"{pointer}", f"(*{pointer})"])
        # The choice comes before the declaration, which may hide what it names.
        return [f"async unsigned (*{pointer})(unsigned) = {choice} & 1 ? q : half;", f"unsigned {name} = await {call}({value});"]

    def declare_structs(self):
        if not self.records:
            return self.declare()
        record = self.random.choice(self.records)
        name, values = self.declared("t", lambda: self.unsequenced(*[lambda: self.initialiser(record, 1)] * (1 + self.number(2))))
        element = self.number(2)
        target = self.add(name, "structs", record)
        pointer = self.fresh("tp")
        self.add(pointer, "struct_pointer", record, target=target)
        start = f"[{self.number(2)}] = " if len(values) == 1 else ""
        return [f"{record.type} {name}[2] = {{ {start}{', '.join(values)} }};", f"{record.type} *{pointer} = {name} + {element};"]

    def declare_aligned(self):
        name, value = self.declared("x", lambda: self.e(2))
        self.add(name, "scalar", "unsigned")
        # Its address is all that is left of 0 when it is where it has to be.
        return [f"_Alignas({self.random.choice([16, 32, 64])}) unsigned {name} = {value};",
                f"{name} += (__UINTPTR_TYPE__)&{name} & 15;"]

    def declare_local_struct(self):
        tag, (name, values) = self.fresh("S"), self.declared("o", lambda: self.unsequenced(lambda: self.e(1), lambda: self.e(1)))
        field = self.random.choice(["unsigned b", "unsigned b : 9", "unsigned long long b"])
        record = Record(tag, "struct", [("a", "scalar", "unsigned"), ("b", "scalar", "unsigned")])
        self.add(name, "struct", record)
        return [f"struct {tag if self.number(2) else ''} {{ unsigned a; {field}; }} {name} = {{ {values[0]}, {values[1]} }};"]

    def declare_float(self):
        name, value = self.declared("d", lambda: f"bound({self.f(2)})")
        self.add(name, "float", "double")
        return [f"{self.random.choice(['float', 'double', 'long double'])} {name} = {value};"]

    def declare_complex(self):
        name, value = self.declared("c", lambda: f"await qz({self.f(1)}) + {self.f(1)} * 2.0i")
        self.add(name, "complex", "double")
        return [f"{self.random.choice(['float', 'double', 'long double'])} _Complex {name} = {value};"]

    def declare_cleanup(self):
        # clang lets no computed goto of the function leave or enter its scope.
        if not self.may_act() or not self.either("sizes"):
            return self.declare()
        name, value = self.declared("u", lambda: self.e(2))
        self.add(name, "scalar", "unsigned")
        self.act()
        return [f"__attribute__((cleanup(wipe))) unsigned {name} = {value};"]

    def declare_typeof(self):
        name, value = self.declared("y", lambda: self.e(2))
        self.add(name, "scalar", "unsigned")
        word = self.random.choice(["__auto_type", "__typeof__(G[0])", "__typeof__(unsigned)"])
        return [f"{word} {name} = {value if word != '__auto_type' else f'(unsigned)({value})'};"]

    def declare_typedef(self):
        type, constant = self.fresh("T"), self.fresh("K")
        name, value = self.declared("z", lambda: self.e(1))
        self.add(name, "scalar", "unsigned")
        return [f"typedef unsigned {type};", f"enum {{ {constant} = {self.number(9)} }};", f"{type} {name} = ({type})({value}) + {constant};"]

    def asm(self):
        options = [v for v in self.writable("scalar") if v.type == "unsigned"]
        if not options:
            return self.print()
        v = self.random.choice(options)
        self.write(v)
        return [f'__asm__ volatile("" : "+r"({v.name}));']

    def conditional_lvalue(self):
        options = [v for v in self.writable("scalar") if v.type == "unsigned"]
        if len(options) < 2:
            return self.assign()
        a, b = self.random.sample(options, 2)
        saved = self.frozen, self.hidden
        self.frozen, self.hidden = self.frozen | {a, b}, self.hidden | {a, b}
        test, value = self.unsequenced(lambda: self.e(2), lambda: self.e(2))
        self.frozen, self.hidden = saved
        self.write(a)
        self.write(b)
        form = self.random.choice(["*({t} & 1 ? &{a} : &{b}) {op} {v};", "*({t}, &{a}) {op} {v};", "*({t} & 1 ? ({b}++, &{a}) : &{b}) {op} {v};"])
        return [form.format(t=test, a=a.name, b=b.name, op=self.random.choice(["=", "+=", "^="]), v=value)]

    # -- control flow ----------------------------------------------------------

    def loop_start(self):
        self.act()
        return ["if (--fuel < 0)", "    break;"]

    def loops_here(self):
        return self.may_act()

    def if_else(self):
        lines = [f"if ({self.e()} & 1)", *self.body(1 + self.number(3))]
        return lines + ["else", *self.body(1 + self.number(2))] if self.number(2) else lines

    def for_loop(self):
        if not self.loops_here():
            return self.if_else()
        with self.scope():
            name, start = self.declared("i", lambda: f"{self.e(1)} & 1")
            v = self.add(name, "scalar", "unsigned")
            v.is_const = True
            test, step = self.e(2), self.e(1)
            with self.within("loop"):
                lines = self.body(1 + self.number(4), self.loop_start())
        return [f"for (unsigned {name} = {start}; {name} < {2 + self.number(4)} && {test} % 7; {name} += ({step} & 1) + 1)", *lines]

    def while_loop(self):
        if not self.loops_here():
            return self.if_else()
        count = self.fresh("left")
        test = self.e(2)
        with self.within("loop"):
            lines = self.body(1 + self.number(4), self.loop_start())
        return [f"unsigned {count} = {1 + self.number(5)};", f"while ({count}-- > 0 && {test} % 5)", *lines]

    def do_loop(self):
        if not self.loops_here():
            return self.if_else()
        count = self.fresh("left")
        with self.within("loop"):
            lines = self.body(1 + self.number(4), self.loop_start())
        return [f"unsigned {count} = {1 + self.number(4)};", "do", *lines, f"while (--{count} > 0 && {self.e(2)} % 5);"]

    def plain_statements(self, n):
        """Statements that declare nothing, for places that jumps may pass."""
        with self.scope():
            block = self.body(n)
        return block

    def switch(self):
        value = self.e()
        lines, n = [f"switch ({value} % {3 + self.number(4)})", "{"], 2 + self.number(4)
        default = self.number(n)
        # A break in a branch leaves the switch; a continue the loop around it.
        with self.within("loop" if self.inside == "loop" else "switch"):
            for i in range(n):
                lines.append("default:" if i == default else f"case {i}:" if self.number(4) else f"case {i} ... {i}: case {i + 40}:")
                lines += self.plain_statements(1 + self.number(2))
                if self.number(2):
                    lines.append("break;")
        return lines + [";", "}"]

    def switch_into_loop(self):
        """Duff's device and its like: cases within a loop's body."""
        if not self.loops_here():
            return self.switch()
        count, keyword = self.fresh("left"), self.random.choice(["do", "while", "for"])
        lines = [f"unsigned {count} = {1 + self.number(4)};", f"switch ({self.e()} & 3)", "{", "case 0:"]
        test = f"{count}-- > 0 && {self.e(2)} % 9"
        lines.append({"do": "do", "while": f"while ({test})", "for": f"for (; {test}; await qn({self.e(1)}))"}[keyword])
        lines.append("{")
        with self.within("loop"):
            lines += [*self.plain_statements(1), "case 1:", *self.loop_start(), *self.plain_statements(2), "case 2: default:",
                      *self.plain_statements(1)]
        return lines + ["}"] + ([f"while ({test});"] if keyword == "do" else []) + ["}"]

    def goto_web(self):
        """Blocks with labels, and jumps between them until a count runs out."""
        if not self.may_act():
            return self.if_else()
        self.act()
        count, labels = self.fresh("left"), [self.fresh("L") for _ in range(2 + self.number(3))]
        lines = [f"unsigned {count} = {3 + self.number(5)};"]
        for label in labels:
            lines += [f"{label}:;", *self.plain_statements(1 + self.number(2)),
                      f"if ({count} && {count}-- && {self.e(2)} & 1)", f"    goto {self.random.choice(labels)};"]
        return lines

    def goto_into(self):
        """Jumps into a branch, and into the body of a loop."""
        if not self.loops_here():
            return self.if_else()
        inner, count = self.fresh("L"), self.fresh("left")
        lines = [f"unsigned {count} = {2 + self.number(3)};", f"if ({self.e(2)} & 1)", f"    goto {inner};"]
        head = self.random.choice([f"if ({self.e(2)} & 2)", f"while ({count}-- > 0 && {self.e(1)} % 9)"])
        with self.within("loop" if head.startswith("while") else self.inside):
            start = self.loop_start() if head.startswith("while") else []
            lines += [head, "{", *start, *self.plain_statements(1), f"{inner}:;", *self.plain_statements(2), "}"]
        return lines

    def goto_out(self):
        """Out of a nest of blocks and loops, past the ends of variables."""
        if not self.loops_here():
            return self.if_else()
        label = self.fresh("L")
        with self.scope():
            before, inner = self.statements(1), self.for_loop()
            inner[-1:] = [f"if (await half({self.number(99)}) % 3)", f"    goto {label};", "}"]
            lines = ["{", *before, *inner, *self.statements(1), "}"]
        return [*lines, f"{label}:;"]

    def computed_goto(self):
        if not self.may_act() or not self.either("jumps"):
            return self.if_else()
        self.act()
        count, table, labels = self.fresh("left"), self.fresh("to"), [self.fresh("L") for _ in range(2)]
        lines = [f"static const void *const {table}[2] = {{ &&{labels[0]}, &&{labels[1]} }};", f"unsigned {count} = {3 + self.number(5)};"]
        for label in labels:
            lines += [f"{label}:;", *self.plain_statements(1), f"if ({count} && {count}--)", f"    goto *{table}[{self.e(1)} & 1];"]
        return lines

    def defer(self):
        """What the block ends with."""
        if not self.may_act():
            return self.if_else()
        self.act()
        self.depth += 1
        with self.scope(), self.within(None, returns=False):
            lines = self.statements(1 + self.number(2))
        self.depth -= 1
        return ["defer {", *lines, "}"]

    def await_any(self):
        """The first arm never waits: it is selected, as in the erased program, and the others are not started."""
        if not self.may_act():
            return self.if_else()
        self.act()
        lines, bindings = ["await any {"], [self.binding() for _ in range(1 + self.number(3))]
        with self.within("loop" if self.inside == "loop" else "switch"):
            for i, (text, name) in enumerate(bindings):
                callee = self.random.choice(["q", "half", "deep2", "now"]) if i else "now"
                lines.append(f"case {text}await {callee}({self.leaf()}):")
                with self.scope():
                    if name:
                        self.add(name, "scalar", "unsigned")
                    lines += self.body(1 + self.number(2))
                falls = i + 1 < len(bindings) and not bindings[i + 1][1] and not self.number(4)
                lines += [] if falls else ["break;"]
            if not self.number(4):
                lines += ["default:", *self.body(1), "break;"]
        return lines + ["}"]

    def binding(self):
        """What an arm gives its value to: the text, and the name of what it declares."""
        options = [v for v in self.writable("scalar") if v.type == "unsigned"]
        kind = self.number(3)
        if kind == 0 and options:
            v = self.random.choice(options)
            self.write(v)
            return f"{v.name} = ", None
        name = self.fresh("b") if kind == 1 else None
        return f"unsigned {name} = " if name else "", name

    def frames(self):
        """A frame that is made, perhaps moved, and run once: here, or as a child."""
        if not self.may_act():
            return self.if_else()
        self.depth += 1
        with self.scope(), self.within(None, returns=False):
            name, path = self.random.choice([("q", ""), ("half", ""), ("now", ""), ("deep2", ""), ("qx", "")] +
                                            [(f"make_{r.tag}", self.path(r)) for r in self.records])
            frame, kind = self.fresh("F"), self.number(4)
            lines = ["{", f"_Frame({name}) *{frame} = ac_box({name}, {self.e(1)});" if kind == 0 else
                     f"_Frame({name}) {frame} = {name}({self.e(1)});", *self.statements(1)]
            if kind == 1:
                moved = self.fresh("F")
                lines += [f"_Frame({name}) {moved} = {frame};", *self.statements(1)]
                frame = moved
            if kind == 2:
                lines += [f"__auto_type h{frame} = async {frame};", *self.statements(1)]
            place = f"*{frame}" if kind == 0 else f"h{frame}" if kind == 2 else frame
            lines.append(f"note((unsigned)(await {place}){path} + {self.e(1)});")
            lines += [f"ac_box_free({frame});"] if kind == 0 else []
        self.depth -= 1
        self.act()
        return lines + ["}"]

    def children(self):
        """Children whose handles are awaited once, in the block that made them."""
        if not self.may_act():
            return self.if_else()
        handles = [self.fresh("h") for _ in range(1 + self.number(3))]
        self.depth += 1
        with self.scope(), self.within(None, returns=False):
            lines = ["{"]
            for h in handles:
                lines.append(self.start_child(h))
            if self.number(2):
                lines.append(f"async qn({self.e(1)});")
            array = self.fresh("h") if self.maybe("handle_array", 0.3) else None
            if array:
                lines += [f"async unsigned {array}[3];", *(f"{array}[{i}] = async half({self.e(1)});" for i in range(3))]
            moved = self.fresh("h") if self.maybe("handle_move", 0.3) else None
            if moved:
                lines += [f"async unsigned {moved}_ = async half({self.e(1)});", f"async unsigned {moved} = {moved}_;"]
            lines += self.statements(1 + self.number(2))
            self.random.shuffle(handles)
            lines += [f"note((unsigned)(await {h}){self.child_paths.get(h, '')} + {self.e(1)});" for h in handles]
            if array:
                lines.append(f"for (unsigned k = 0; k < 3; k++) note(await {array}[k]);")
            if moved:
                lines.append(f"note(await take({moved}));")
            if self.number(2):
                lines.append("await all;")
        self.depth -= 1
        self.act()
        return lines + ["}"]

    def start_child(self, handle):
        if self.records and self.maybe("typed_children"):
            record = self.random.choice(self.records)
            self.child_paths[handle] = self.path(record)
            return f"async {record.type} {handle} = async make_{record.tag}({self.e(1)});"
        type, callee = self.random.choice([("unsigned", "q"), ("unsigned", "half"), ("unsigned", "now"), ("unsigned", "deep2"),
                                           ("u128", "qx"), ("unsigned char", "qc"), ("_Bool", "qb")])
        return f"async {type} {handle} = async {callee}({self.e(1)});"

    def leave(self):
        if not self.inside:
            return self.assign()
        word = "continue" if self.inside == "loop" and self.number(2) else "break"
        return [f"if ({self.e(2)} % 3 == 0)", f"    {word};"]

    def give_back(self):
        if not self.returns or self.depth == 0:
            return self.assign()
        return [f"if ({self.e(1)} % 16 == 1)", f"    return {self.value()};"]

    def value(self):
        return self.s(self.result, 2) if isinstance(self.result, Record) else self.e()

    # -- the program -------------------------------------------------------------

    def record(self):
        keyword = "union" if self.maybe("union", 0.15) else "struct"
        members = []
        for i in range(2 + self.number(4)):
            kind = self.pick([("await", lambda: "scalar"), ("bit_field", lambda: "bits"), ("array", lambda: "array"), ("struct", lambda: "record")])()
            if keyword == "union" and kind in ("bits", "record") or kind == "record" and not self.records:
                kind = "scalar"
            kinds = ["unsigned", "unsigned char", "unsigned short", "unsigned long long"]
            # The members of a union are all of one size, so that each byte has been written.
            extra = {"scalar": lambda: "unsigned" if keyword == "union" else self.random.choice(kinds),
                     "bits": lambda: 1 + self.number(20), "array": lambda: 1 if keyword == "union" else 1 + self.number(5),
                     "record": lambda: self.random.choice(self.records)}[kind]()
            members.append((f"m{i}", kind, extra))
        return Record(f"R{self.seed}_{len(self.records)}", keyword, members)

    def maker(self, record):
        self.scopes.append([])
        self.add("x", "scalar", "unsigned")
        lines = [f"static async {record.type} make_{record.tag}(unsigned x)", "{", "await suspend();",
                 f"return ({record.type}){self.initialiser(record, 1)};", "}"]
        self.scopes.pop()
        return lines

    def parameter(self, i, p):
        """What a parameter is declared as."""
        name = f"arg{i}"
        if isinstance(p, Record):
            self.add(name, "struct", p)
        elif p == "pointer":
            self.add(name, "pointer", "unsigned", target=self.world)
            return f"unsigned *{name}"
        elif p in WIDE:
            self.add(name, *WIDE[p], 4)
        else:
            self.add(name, "scalar", p)
        return f"{p.type if isinstance(p, Record) else p} {name}"

    def fn(self, index):
        is_many = self.maybe("many", 0.6)
        types = ["unsigned", "unsigned", "pointer", *self.records]
        if is_many:
            types += ["unsigned", "unsigned char", "unsigned long long", *WIDE, *self.records]
        parameters = [self.random.choice(types) for _ in range((5 if is_many else 1) + self.number(4))]
        name = f"f{self.seed}_{index}"
        self.result = self.random.choice(["unsigned", "unsigned", *self.records])
        type = self.result.type if isinstance(self.result, Record) else "unsigned"
        lines = self.helper(index) if self.maybe("fused", 0.4) else []
        self.scopes.append([])
        texts = [self.parameter(i, p) for i, p in enumerate(parameters)]
        for v in self.scopes[-1] if is_many else []:
            v.is_const = v.is_const or v.kind != "pointer" and self.number(3) > 0
        self.budget, self.jumps_or_sizes, self.own = 120, None, (name, parameters, self.result)
        early = self.value()
        body = self.across_waits() if is_many else self.statements(4 + self.number(8))
        lines += [f"static async {type} {name}({', '.join(texts)})", "{", "if (--fuel < 0)", f"    return {early};",
                  *body, f"return {self.value()};", "}"]
        self.scopes.pop()
        self.single = None
        self.functions.append((name, parameters, self.result))
        return lines

    def across_waits(self):
        """The parameters, and locals that are computed from them, are needed behind many suspension points."""
        lines = []
        for _ in range(self.number(4)):
            lines += self.declare_steady()
        for i in range(4 + self.number(5)):
            lines += self.statement()
            lines += self.change_part() if self.maybe("part", 0.4) else []
            lines += ["await suspend();"] if i < 3 or self.number(2) else []
        outer = [v for v in self.scopes[-1] if v.kind != "unusable" and v in self.readable(v.kind)]
        lines += [f"note({self.whole(v)});" for v in outer if v.kind in ("scalar", "float", "complex", "vector", "struct")]
        self.act()
        return lines

    def whole(self, v):
        """A number that all of a variable has a part in."""
        self.read(v)
        if v.kind == "struct":
            return " ^ ".join(f"(unsigned){v.name}{path}" for path in self.paths(v.type))
        if v.kind == "vector":
            return " ^ ".join(f"{v.name}[{i}]" for i in range(4))
        return f"fold(__real__ {v.name}) ^ fold(__imag__ {v.name})" if v.kind == "complex" else self.load(v)

    def paths(self, record):
        found = []
        for name, kind, extra in record.members if record.keyword == "struct" else record.members[:1]:
            if kind == "record":
                found += [f".{name}{path}" for path in self.paths(extra)]
            else:
                found += [f".{name}[{i}]" for i in range(extra)] if kind == "array" else [f".{name}"]
        return found

    def helper(self, index):
        """A function that is awaited in one place, in the function behind it."""
        name = f"g{self.seed}_{index}"
        parameters, own, result = ["unsigned"] * (1 + self.number(4)), self.own, self.result
        self.scopes.append([])
        texts = [self.parameter(i, p) for i, p in enumerate(parameters)]
        self.budget, self.jumps_or_sizes, self.own, self.result = 40, None, None, "unsigned"
        lines = [f"static async unsigned {name}({', '.join(texts)})", "{", *self.statements(1 + self.number(4)), "await suspend();",
                 f"return {self.value()};", "}"]
        self.scopes.pop()
        self.own, self.result, self.single = own, result, (name, parameters, "unsigned")
        return lines

    def program(self):
        """The lines of everything at file scope."""
        lines = []
        for _ in range(self.number(4)):
            record = self.record()
            lines += record.definition() + self.maker(record)
            self.records.append(record)
        for i in range(1 + self.number(3)):
            lines += self.fn(i)
        name = f"main{self.seed}"
        self.scopes.append([])
        self.result, self.budget, self.jumps_or_sizes, self.own = "unsigned", 120, None, None
        body = self.statements(8 + self.number(10))
        for f in self.functions:
            body.append(f"{self.call_of(f, 1)};")
        self.scopes.pop()
        if self.maybe("paths", 0.3):
            f = paths.Paths(self.random, f"p{self.seed}")
            lines += f.function()
            body += [line for n in range(3) for line in (f"fuel = {30 + 40 * n};", f"note(await {f.name}({self.number(50)}, {n}));")]
        return indented(lines + [f"static async unsigned {name}(void)", "{", *body, "return 0;", "}"])


# -- judging ---------------------------------------------------------------


def together(programs):
    cases = "".join(f"    case {seed}: await main{seed}(); break;\n" for seed in programs)
    return PRELUDE + "".join(programs.values()) + f"""
async int main(int argc, char **argv)
{{
    fuel = 500 * argc;
    switch (atoi(argv[1])) {{
{cases}    }}
    printf("%u %u\\n", trace, calls);
    return 0;
}}
"""


class Batch(seeds.Batch):
    cflags = ["-w", "-std=gnu2x", "-iquote", SUPPORT]
    environments = [{"SUSPEND": n} for n in (0, 1, 3)]

    def variants(self):
        every = [("gcc", ["-O0"]), ("clang", ["-O2"]), ("gcc", seeds.SANITIZE), ("clang", ["-O0"]), ("gcc", ["-O2"]),
                 ("clang", seeds.SANITIZE)]
        if self.args.only:
            return [(cc, level) for cc, level in every if " ".join([cc, *level]) == self.args.only]
        return every if self.args.all else [every[self.number % len(every)]]

    def baseline(self):
        """What the erased program prints, when gcc and clang agree on it and sanitizers are silent."""
        self.write("case.ac", together(self.programs))
        detail = self.acc("--erase", "case.ac", "plain.c", "-DAC_ERASED")
        if detail:
            self.verdicts = dict.fromkeys(self.programs, detail)
            return {}
        for cc, flags in ("gcc", ["-fsanitize=address,undefined"]), ("clang", []):
            detail = detail or seeds.compiled([cc, *self.cflags, *self.runtime, *flags, "-DAC_ERASED", self.path("plain.c"), "-o", self.path(cc)])
        wanted = {}
        for seed in self.programs:
            a, b = (self.run(cc, seed, 20) for cc in ("gcc", "clang")) if not detail else (None, None)
            if detail:
                self.verdicts[seed] = ("unusable", detail)
            elif a.code or a.err or a.out != b.out:
                self.verdicts[seed] = ("skip", "not well-defined: " + (oracle.text_of(a.err) or seeds.difference(a.out, b.out)))
            else:
                wanted[seed] = a.out
        return wanted

    def translate(self):
        problem = self.acc("-C", "case.ac", "out.c", "--check-lowering")
        # Of a struct that is returned behind deferred statements the check knows less than the program (docs/frames.md).
        errors = [line for line in problem[1].split("\n") if " error: " in line] if problem else []
        is_known = errors and all(RETURNED_VALUE.search(line) for line in errors)
        return self.acc("-C", "case.ac", "out.c") if is_known else problem


def program(seed, focus=()):
    return "\n".join(Generator(seed, focus).program()) + "\n"


# -- reducing --------------------------------------------------------------


class Reducer:
    """Makes a failing program smaller while it fails the same way: lines and blocks go, then what parentheses hold."""

    def __init__(self, args, seed):
        self.args, self.seed = args, seed
        self.lines = program(seed, args.features).split("\n")
        args.keep, args.all = None, True
        status, detail = self.verdict(self.lines)
        self.wanted = status
        print(f"{status}: {detail}", file=sys.stderr)
        if status == "differs":
            args.only = detail.split(" {")[0]

    def verdict(self, lines):
        return seeds.judge(Batch, {self.seed: "\n".join(lines)}, self.args)[self.seed]

    def try_(self, lines):
        if self.verdict(lines)[0] != self.wanted:
            return False
        self.lines = lines
        return True

    def drop_lines(self):
        size = len(self.lines) // 2
        while size:
            at = 0
            while at < len(self.lines):
                part = self.lines[at:at + size]
                if "".join(part).count("{") != "".join(part).count("}") or not self.try_(self.lines[:at] + self.lines[at + size:]):
                    at += max(size // 2, 1)
            size //= 2

    def drop_blocks(self):
        """A statement with the block that follows it, or only the braces of one."""
        at = 0
        while at < len(self.lines):
            end = at
            if self.lines[at].strip().endswith("{"):
                level = 0
                for end in range(at, len(self.lines)):
                    level += self.lines[end].endswith("{") - self.lines[end].lstrip().startswith("}")
                    if level <= 0:
                        break
            if end > at and any(self.try_(self.lines[:at - before] + middle + self.lines[end + 1:])
                                for before in (1, 0) for middle in ([], self.lines[at + 1:end])):
                continue
            at += 1

    def shorten(self):
        """What stands in parentheses becomes a number."""
        for at in range(len(self.lines)):
            position = 0
            while (position := self.lines[at].find("(", position)) >= 0:
                line, level, end = self.lines[at], 0, position
                while end < len(line) and (level := level + (line[end] == "(") - (line[end] == ")")):
                    end += 1
                if line[position:end + 1] not in ("(1u)", "(void)", "()"):
                    self.try_([*self.lines[:at], line[:position] + "(1u)" + line[end + 1:], *self.lines[at + 1:]])
                position += 1

    def reduce(self):
        while self.wanted not in ("pass", "skip"):
            before = len("".join(self.lines))
            self.drop_blocks()
            self.drop_lines()
            self.shorten()
            print(f"{len(self.lines)} lines", file=sys.stderr)
            if len("".join(self.lines)) == before:
                break
        return together({self.seed: "\n".join(line for line in self.lines if line) + "\n"})


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sub = ap.add_subparsers(dest="mode", required=True)
    p = sub.add_parser("run")
    seeds.arguments(p, "generate")
    p.add_argument("--all", action="store_true", help="each batch with each compiler and level")
    for name in ("print", "reduce"):
        p = sub.add_parser(name)
        p.add_argument("seed", type=int)
        p.add_argument("--acc", default="acc")
        p.set_defaults(batch=1)
    for p in sub.choices.values():
        p.add_argument("--features", type=lambda text: text.split(","), default=[], help="those to meet often: " + " ".join(FEATURES))
        p.set_defaults(only=None)
    args = ap.parse_args()
    if args.mode == "print":
        print(together({args.seed: program(args.seed, args.features)}), end="")
        return 0
    if args.mode == "reduce":
        print(Reducer(args, args.seed).reduce(), end="")
        return 0
    return seeds.campaign(args, lambda seed: program(seed, args.features), Batch)


if __name__ == "__main__":
    sys.exit(main())
