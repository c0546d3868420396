# Read before bench/table.awk and bench/chart.awk: bench/rows, and the figures of the parts, as bench/run.sh describes them.
#
#   rows[1..row_count]          the workloads in the order of bench/rows, with what[], unit[], against[] and goal[, compiler]
#   figure[workload, variant]   its rounds, separated by blanks; variants[workload]: which there are
#   notes[1..note_count]

function trim(text) {
    gsub(/^[ \t]+|[ \t]+$/, "", text)
    return text
}

# Of the numbers in a text, separated by blanks.
function median(text,    v, n, i, j, x) {
    n = split(text, v, " ")
    for (i = 2; i <= n; i++) {
        x = v[i] + 0
        for (j = i - 1; j > 0 && v[j] + 0 > x; j--)
            v[j + 1] = v[j]
        v[j + 1] = x
    }
    return (v[int((n + 1) / 2)] + v[int(n / 2) + 1]) / 2
}

function show(x) {
    return sprintf(x >= 100 || x == int(x) ? "%.0f" : x >= 10 ? "%.1f" : "%.2f", x)
}

# The file of rows comes first.
FNR == NR {
    if ($0 ~ /^#/ || NF == 0)
        next
    split($0, field, "|")
    name = trim(field[1])
    rows[++row_count] = name
    what[name] = trim(field[2])
    unit[name] = trim(field[3])
    against[name] = trim(field[4])
    goal[name, "gcc"] = trim(field[5])
    goal[name, "clang"] = trim(field[6]) ? trim(field[6]) : trim(field[5])
    next
}
/^#/ { notes[++note_count] = substr($0, 3); next }
!($1 in unit) { notes[++note_count] = "bench/rows does not know " $1; next }
{
    figure[$1, $2] = figure[$1, $2] " " $3
    measured[$1] = 1
    if (!(($1, $2) in seen_variant)) {
        seen_variant[$1, $2] = 1
        variants[$1] = variants[$1] " " $2
    }
    if (NF > 3 && $1 in computed && computed[$1] != $4)
        notes[++note_count] = $1 ": " $2 " computes " $4 ", not " computed[$1]
    if (NF > 3)
        computed[$1] = $4
}
