# awk -f bench/table.awk bench/rows FIGURES: the table of bench/run.sh, in Markdown.

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

# Rounds divided one by one where there are as many of both: what disturbs the machine disturbs neighbours alike.
function ratio(a, b,    x, y, n, i, all) {
    n = split(a, x, " ")
    if (split(b, y, " ") != n)
        return median(b) ? median(a) / median(b) : 0
    for (i = 1; i <= n; i++)
        all = all " " (y[i] + 0 ? x[i] / y[i] : 0)
    return median(all)
}

function show(x) {
    return sprintf(x >= 100 || x == int(x) ? "%.0f" : x >= 10 ? "%.1f" : "%.2f", x)
}

function figures(workload, variant) {
    return figure[workload, variant]
}

# What a column of the table holds: the figure of a variant, or of that variant of each compiler.
function cell(workload, column,    i, text, compiler) {
    if ((workload, column) in figure)
        return show(median(figures(workload, column)))
    split("gcc clang g++ clang++", compiler, " ")
    for (i = 1; i in compiler; i++)
        if ((workload, column "-" compiler[i]) in figure)
            text = text (text ? " / " : "") show(median(figures(workload, column "-" compiler[i])))
    return text
}

# The smallest median of the variants that acc is held against; sets `rival`.
function best(workload, list, compiler,    names, i, k, n, candidate, found) {
    n = split(list, names, ",")
    rival = ""
    for (i = 1; i <= n; i++)
        for (k = 1; k <= 4; k++) {
            candidate = names[i] (k == 1 ? "" : k == 2 ? "-" compiler : k == 3 ? "-g++" : "-clang++")
            if ((workload, candidate) in figure && (!rival || median(figures(workload, candidate)) < found)) {
                rival = candidate
                found = median(figures(workload, candidate))
            }
        }
}

function holds(target, value) {
    return target ~ /^>=/ ? value >= substr(target, 3) + 0 : value <= substr(target, 3) + 0
}

# Judges acc of one compiler: sets ratio_text and met_text.
function judge(workload, compiler, target,    own, r) {
    own = (workload, "acc-" compiler) in figure ? figures(workload, "acc-" compiler) : ""
    if (own == "")
        return
    best(workload, against[workload], compiler)
    r = rival ? ratio(own, figures(workload, rival)) : ""
    ratio_text = ratio_text (ratio_text ? " / " : "") (rival ? sprintf("%.2f", r) : "-")
    if (!target || (target ~ /x$/ && !rival))
        met_text = met_text (met_text ? " / " : "") "-"
    else
        met_text = met_text (met_text ? " / " : "") (holds(target, target ~ /x$/ ? r : median(own)) ? "yes" : "**no**")
}

function add_column(name) {
    sub(/-(gcc|clang|g\+\+|clang\+\+)$/, "", name)
    if (name != "acc" && !(name in has_column)) {
        has_column[name] = 1
        column[++columns] = name
    }
}

function target_text(workload,    text) {
    text = goal[workload, "gcc"]
    if (goal[workload, "clang"] != text)
        text = text " / " goal[workload, "clang"]
    gsub(/<=/, "≤ ", text)
    gsub(/>=/, "≥ ", text)
    return text
}

function print_row(workload,    i, line) {
    ratio_text = met_text = ""
    judge(workload, "gcc", goal[workload, "gcc"])
    judge(workload, "clang", goal[workload, "clang"])
    line = "| " what[workload] " | " unit[workload] " | " cell(workload, "acc-gcc") " | " cell(workload, "acc-clang")
    for (i = 1; i <= columns; i++)
        line = line " | " cell(workload, column[i])
    gsub(/-( \/ -)*$/, "", ratio_text)
    gsub(/-( \/ -)*$/, "", met_text)
    print line " | " ratio_text " | " target_text(workload) " | " met_text " |"
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
    if (NF > 3 && $1 in computed && computed[$1] != $4)
        notes[++note_count] = $1 ": " $2 " computes " $4 ", not " computed[$1]
    if (NF > 3)
        computed[$1] = $4
    add_column($2)
}

END {
    head = "| workload | unit | acc gcc | acc clang"
    line = "| --- | --- | --- | ---"
    for (i = 1; i <= columns; i++) {
        head = head " | " column[i]
        line = line " | ---"
    }
    print head " | ratio | target | met |"
    print line " | --- | --- | --- |"
    for (i = 1; i <= row_count; i++)
        if (rows[i] in measured)
            print_row(rows[i])
    if (note_count)
        print ""
    for (i = 1; i <= note_count; i++)
        if (!seen[notes[i]]++)
            print "- " notes[i]
}
