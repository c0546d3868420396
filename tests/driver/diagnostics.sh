# Messages as text, JSON and SARIF say the same, with offsets that lead to the same text; --fix makes the edits they offer.
. tests/driver/common
command -v python3 > /dev/null || exit 77
cat > "mis takes.ac" <<'END'
#include "name.h"
#include <acc/acc.h>
#define START(x) fetch(x, "ü")
async int fetch(int x, const char *name);
int plain(int x)
{
	return 1 + fetch(x,
	                 "日本") + START(2);
}
async int endless(int x)
{
    /* é */ fetch(x, "\"\\"); x = cuont;
    for (;;)
        x++;
}
END
cp "mis takes.ac" original.ac
cat > fine.ac <<'END'
#include <acc/acc.h>
async int fine(void) { await ac_yield(); return 1; }
END
fails "$acc" -C "mis takes.ac" -o out.c
cp err text
fails "$acc" --diagnostics=json -C "mis takes.ac" fine.ac
cp err json
fails "$acc" --diagnostics=sarif -Werror=no-suspend -C "mis takes.ac" fine.ac
cp err sarif
fails "$acc" -fdiagnostics-format=json-stderr -C "mis takes.ac" fine.ac
cmp json err
[ "$("$acc" --diagnostics=json -C fine.ac -o fine.c 2>&1)" = "[]" ]
[ "$("$acc" --diagnostics=text -C fine.ac -o fine.c 2>&1)" = "" ]
"$acc" --diagnostics=sarif -C fine.ac -o fine.c 2> none
fails "$acc" --diagnostics=xml -C fine.ac
cp "mis takes.ac" copy.ac
fails "$acc" --fix copy.ac -o fixed.ac
cmp copy.ac original.ac

python3 - <<'END'
import json, re

source = open("original.ac", "rb").read()
fixed = open("fixed.ac", "rb").read()
heads = re.findall(r"^(.*?):(\d+):(\d+): (error|warning|note): (.*?)(?: \[(.*)\])?$", open("text").read(), re.M)

def offset(line, column, decode):
    row = source.split(b"\n")[line - 1]
    before = row.decode()[:column - 1].encode() if decode else row[:column - 1]
    return sum(len(r) + 1 for r in source.split(b"\n")[:line - 1]) + len(before)

def apply(edits):
    text = source
    for lo, hi, new in sorted(set(edits), reverse=True):
        text = text[:lo] + new.encode() + text[hi:]
    assert text == fixed, text

told, edits = [], []
def tell(d):
    at = d["locations"][0]["caret"]
    assert at["byte-offset"] == offset(at["line"], at["column"], False) and at["column"] == at["byte-column"]
    told.append((at["file"], str(at["line"]), str(at["column"]), d["kind"], d["message"], d.get("option") or d.get("rule", "")))
    for fix in d.get("fixits", []):
        edits.append((fix["start"]["byte-offset"], fix["next"]["byte-offset"], fix["string"]))
    for child in d.get("children", []):
        tell(child)
for d in json.load(open("json")):
    tell(d)
assert told == heads, (told, heads)
apply(edits)
wide = [d for d in json.load(open("json")) if d["locations"][0]["caret"]["line"] == 12][0]["locations"][0]
assert (wide["caret"]["column"], wide["caret"]["display-column"]) == (14, 13), wide

told, edits = [], []
log = json.load(open("sarif"))
run = log["runs"][0]
rules = {r["id"] for r in run["tool"]["driver"]["rules"]}
assert log["version"] == "2.1.0" and run["columnKind"] == "unicodeCodePoints"
def place(location):
    where = location["physicalLocation"]
    region = where["region"]
    assert where["artifactLocation"]["uri"] == "mis%20takes.ac"
    assert region["byteOffset"] == offset(region["startLine"], region["startColumn"], True)
    assert region["byteOffset"] + region["byteLength"] == offset(region["endLine"], region["endColumn"], True)
    return region["startLine"]
for r in run["results"]:
    assert r["ruleId"] in rules
    told.append((place(r["locations"][0]), r["level"], r["message"]["text"]))
    for other in r.get("relatedLocations", []):
        told.append((place(other), "note", other["message"]["text"]))
    for fix in r.get("fixes", []):
        for change in fix["artifactChanges"]:
            for edit in change["replacements"]:
                region = edit["deletedRegion"]
                edits.append((region["byteOffset"], region["byteOffset"] + region["byteLength"], edit["insertedContent"]["text"]))
said = [(int(line), "error" if "infinite" in text else kind, text) for _, line, _, kind, text, _ in heads]
assert told == said, (told, said)
apply(edits)
assert json.load(open("none"))["runs"][0]["results"] == []
END

# In place, and nothing where there is nothing to correct.
fails "$acc" --fix "mis takes.ac"
cmp "mis takes.ac" fixed.ac
says 'await fetch(x,' "mis takes.ac"
says '^async int plain' "mis takes.ac"
touch -d 2001-01-01 fine.ac
"$acc" --fix fine.ac
[ "$(date -r fine.ac +%Y)" = 2001 ]
printf 'async int f(int x);\nasync int g(int x)\n{\n    return f(x);\n}\n' > one.ac
"$acc" --fix one.ac 2> /dev/null
"$acc" -C one.ac -o one.c

# Headers of the user's are corrected with what includes them, once; not those of the system, nor when the result goes elsewhere.
mkdir -p own system
printf '#pragma once\nasync int f(int x);\nstatic inline async int twice(int x) { return 2 * f(x); }\n' > own/own.h
printf '#pragma once\n_Async int f(int x);\nstatic inline _Async int thrice(int x) { return 3 * f(x); }\n' > system/system.h
cp own/own.h own.before
cp system/system.h system.before
for i in 1 2; do printf '#include "own.h"\nasync int g%s(int x)\n{\n    return twice(x) + f(x);\n}\n' $i > shares$i.ac; done
fails "$acc" -Iown --fix shares1.ac -o elsewhere.ac
cmp own/own.h own.before
"$acc" -Iown --fix shares1.ac shares2.ac 2> /dev/null
says 'return 2 \* await f(x); }' own/own.h
says 'return await twice(x) + await f(x);' shares1.ac
"$acc" -Iown -Werror -c shares1.ac -o shares1.o
"$acc" -Iown -Werror -c shares2.ac -o shares2.o
printf '#include <system.h>\nasync int g(int x)\n{\n    return await f(x);\n}\n' > uses_system.ac
fails "$acc" -isystem system --fix uses_system.ac
cmp system/system.h system.before

# Colours are for terminals, for those who do not ask for none.
coloured() {
    python3 -c 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])) != 1)' "$@" > out
    grep -q $'\33\[' out
}
lacks $'\33' text
coloured env -u NO_COLOR TERM=xterm "$acc" -C original.ac -o out.c
! coloured env NO_COLOR=1 TERM=xterm "$acc" -C original.ac -o out.c
! coloured env -u NO_COLOR TERM=dumb "$acc" -C original.ac -o out.c
! coloured env -u NO_COLOR TERM=xterm "$acc" --color=never -C original.ac -o out.c
fails "$acc" --color=always -C original.ac -o out.c
says $'\33\[' err
