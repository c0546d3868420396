#!/bin/bash
# Includes point left only: lexer <- parser <- lower. The runtime includes nothing of the compiler, and its public headers
# nothing but themselves.
status=0

# files, pattern of what they may include among the project's headers
may_include() {
    local allowed=$1
    shift
    local bad
    bad=$(grep -nE '^ *# *include *"' "$@" /dev/null | grep -vE "include *\"($allowed)")
    [ -z "$bad" ] && return
    echo "$bad"
    status=1
}

may_include 'lexer/|grammar\.h' lexer/*.l
may_include 'lexer/' lexer/*.c lexer/*.h
may_include 'lexer/|parser/|grammar\.h' parser/*.c parser/*.h parser/*.y
may_include 'lexer/|parser/|lower/|grammar\.h|diagnostics\.inc' lower/*.c lower/*.h

headers=$(find runtime/acc -name '*.h')
bad=$(grep -nE '^ *# *include' $headers | grep -vE 'include *[<"]acc/|acc/uv\.h.*<uv\.h>|acc/glib\.h.*<glib\.h>')
[ -z "$bad" ] || { echo "$bad: a public header includes what is not its own"; status=1; }
sources=$(find runtime -name '*.[ch]' -o -name '*.ac')
bad=$(grep -nE '^ *# *include *"(lexer|parser|lower)/' $sources)
[ -z "$bad" ] || { echo "$bad"; status=1; }
exit $status
