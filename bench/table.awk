# The table of bench/run.sh, in Markdown: awk -f bench/figures.awk -f bench/table.awk bench/rows FIGURES

# Rounds divided one by one where there are as many of both: what disturbs the machine disturbs neighbours alike.
function ratio(a, b,    x, y, n, i, all) {
    n = split(a, x, " ")
    if (split(b, y, " ") != n)
        return median(b) ? median(a) / median(b) : 0
    for (i = 1; i <= n; i++)
        all = all " " (y[i] + 0 ? x[i] / y[i] : 0)
    return median(all)
}

# What a column of the table holds: the figure of a variant, or of that variant of each compiler.
function cell(workload, column,    i, text, compiler) {
    if ((workload, column) in figure)
        return show(median(figure[workload, column]))
    split("gcc clang g++ clang++", compiler, " ")
    for (i = 1; i in compiler; i++)
        if ((workload, column "-" compiler[i]) in figure)
            text = text (text ? " / " : "") show(median(figure[workload, column "-" compiler[i]]))
    return text
}

# The smallest median of the variants that acc is held against; sets `rival`.
function best(workload, list, compiler,    names, i, k, n, candidate, found) {
    n = split(list, names, ",")
    rival = ""
    for (i = 1; i <= n; i++)
        for (k = 1; k <= 4; k++) {
            candidate = names[i] (k == 1 ? "" : k == 2 ? "-" compiler : k == 3 ? "-g++" : "-clang++")
            if ((workload, candidate) in figure && (!rival || median(figure[workload, candidate]) < found)) {
                rival = candidate
                found = median(figure[workload, candidate])
            }
        }
}

function holds(target, value) {
    return target ~ /^>=/ ? value >= substr(target, 3) + 0 : value <= substr(target, 3) + 0
}

# Judges acc of one compiler: sets ratio_text and met_text.
function judge(workload, compiler, target,    own, r) {
    own = (workload, "acc-" compiler) in figure ? figure[workload, "acc-" compiler] : ""
    if (own == "")
        return
    best(workload, against[workload], compiler)
    r = rival ? ratio(own, figure[workload, rival]) : ""
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
    sub(/^-( \/ -)*$/, "", ratio_text)
    sub(/^-( \/ -)*$/, "", met_text)
    print line " | " ratio_text " | " target_text(workload) " | " met_text " |"
}

# In the order in which they turn up.
function find_columns(    i, k, n, list) {
    for (i = 1; i <= row_count; i++) {
        n = split(variants[rows[i]], list, " ")
        for (k = 1; k <= n; k++)
            add_column(list[k])
    }
}

END {
    find_columns()
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
