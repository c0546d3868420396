#!/bin/sh
# Prints a program with one function of N awaits and N of something else, or with N functions.
#
#     bench/scale.sh locals 10000 > locals.ac
#
# @ is a number from 0 to N - 1, ~ the one before it, # is N.
awk -v shape="$1" -v n="$2" '
function say(text) {
    gsub(/#/, n, text)
    print text
}
function repeat(text,  i, one) {
    for (i = 0; i < n; i++) {
        one = text
        gsub(/@/, i, one)
        gsub(/~/, i ? i - 1 : 0, one)
        say(one)
    }
}
function shapes_fill() {
    # Each line that begins with + stands N times.
    body["locals"] = "+int v@ = @ + x;\n+v@ += await next(v@);\n+x = (3 * x + v@) % 10007;"
    body["window"] = "+int v@ = await next(x); x = (3 * x + v@ + v~) % 10007;"
    body["handles"] = "+async int h@ = async next(@);\n+x = (3 * x + await h@) % 10007;"
    body["operands"] = "x =\n+await next(@) +\nx;"
    body["arguments"] = "x = sum(#\n+, await next(@)\n);"
    body["conditions"] = "x =\n+await next(@) &&\nx;"
    body["blocks"] = "+{ int a = @; x = (x + await next(x)) % 10007;\n+x += a; }"
    body["arrays"] = "+int a@[4]; x += await fill(a@) + a@[0];"
    body["array-blocks"] = "+{ int a@[4]; x += await fill(a@) + a@[0]; }"
    body["structs"] = "+struct { int a[8]; } s@ = { { @ } }; x += await next(1);\n+x += s@.a[0];"
    body["returns"] = "async int h = async next(1);\n+if (x == -1 - @) return @;\nx += await h;"
    body["defers"] = "+defer y += @;\n+if (await next(x) == -1) return @;"
    body["cleanups"] = "+int v@ __attribute__((cleanup(clear))) = @; x += await next(v@) % 7;"
    body["objects"] = "+_Frame(next) f@ = next(x); x = (x + await f@) % 10007;"
    body["arms"] = "await any {\n+case x = await next(@): break;\n}"
    body["cases"] = "switch (x) {\n+case @: x += await next(@); break;\n}"
    body["gotos"] = "+if (x == -@) goto l~; l@: x = (x + await next(@)) % 10007;"
    body["children"] = "+async next(@);\nawait all;"
    above["functions"] = above["frames"] = "static async int f0(int x) { return await next(x); }"
    chain["functions"] = "static async int f@(int x) { return await f~(x) % 7 + 1; }"
    chain["frames"] = "static async int f@(int x) { _Frame(f~) fr = f~(x); return await fr % 7 + 1; }"
    body["functions"] = body["frames"] = "x = await f" n - 1 "(x);"
}
BEGIN {
    shapes_fill()
    if (!(shape in body)) {
        print "scale.sh: no shape \"" shape "\"" > "/dev/stderr"
        exit 1
    }
    print "#include <stdarg.h>\n#include <stdio.h>\n\n#include <acc/acc.h>\n"
    print "static async int next(int x)\n{\n    await ac_yield();\n    return x % 1000 + 1;\n}\n"
    print "static async int fill(__attribute__((ac_noescape)) int *a)\n{\n    await ac_yield();\n    a[0] = 1;\n    return 1;\n}\n"
    print "static int sum(int count, ...)\n{\n    va_list args;\n    int all = 0;\n    va_start(args, count);"
    print "    for (int i = 0; i < count; i++)\n        all = (all * 3 + va_arg(args, int)) % 10007;\n    va_end(args);\n    return all;\n}\n"
    print "static void clear(int *x)\n{\n    *x = 0;\n}\n"
    print above[shape]
    for (i = 1; i < n && shape in chain; i++) {
        one = chain[shape]
        gsub(/@/, i, one)
        gsub(/~/, i - 1, one)
        print one
    }
    print "\nasync int main(void)\n{\n    int x = 1, y = 0;"
    count = split(body[shape], lines, "\n")
    for (i = 1; i <= count; i++)
        if (lines[i] ~ /^\+/)
            repeat("    " substr(lines[i], 2))
        else
            say("    " lines[i])
    print "    int seen = await fill(&y) + sum(1, y);\n    clear(&seen);"
    print "    printf(\"%d %d\\n\", x, y);\n    return seen;\n}"
}'
