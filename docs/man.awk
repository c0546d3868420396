# The manual page, from what acc --help prints: headings end with a colon, options begin in the third column, their texts behind the
# thirty-third.
function text(s) {
    gsub(/\\/, "\\e", s)
    gsub(/-/, "\\-", s)
    return s ~ /^[.']/ ? "\\&" s : s
}
NR == 1 {
    sub(/^Usage: /, "")
    print ".TH ACC 1 \"\" \"acc " version "\""
    print ".SH NAME\nacc \\- async and await for C"
    print ".SH SYNOPSIS\n.B " text($0)
    print ".SH DESCRIPTION"
    next
}
/^$/ {
    next
}
/^[^ ].*:$/ {
    if (!options++)
        print ".SH OPTIONS"
    sub(/:$/, "")
    print ".SS " text($0)
    next
}
/^  / {
    option = substr($0, 3, 30)
    sub(/ +$/, "", option)
    print ".TP\n\\fB" text(option) "\\fR\n" text(substr($0, 34))
    next
}
{
    print text($0)
}
END {
    print ".SH ENVIRONMENT\n.B CC\nis the C compiler, unless"
    print ".B --cc\nor\n.B --launch\nnames one.\n.B NO_COLOR\nturns colours off. Programs that acc has made look at"
    print ".BR AC_TASKS \" (1: SIGQUIT lists the tasks),\"\n.BR AC_SEED \" (a number: repeatable order and virtual time) and\""
    print ".BR AC_REACTOR \" (uring, epoll or poll).\""
    print ".SH EXIT STATUS\n0, or 1 after an error of acc, or what the C compiler gave."
    print ".SH EXAMPLES\n.nf\nacc \\-O2 hello.ac \\-o hello\nacc \\-C hello.ac \\-o hello.c\nacc \\-\\-frames hello.ac\n.fi"
    print ".SH SEE ALSO\n.BR cc (1),\n.BR gdb (1)"
}
