# The figures of bench/run.sh as an SVG: a bar for each variant, on a logarithmic scale for each unit, acc's in colour.
#
#     awk -f bench/figures.awk -f bench/chart.awk bench/rows FIGURES

function log10(x) {
    return log(x) / log(10)
}

function escape(text) {
    gsub(/&/, "\\&amp;", text)
    gsub(/</, "\\&lt;", text)
    return text
}

function text(x, y, size, color, words) {
    body = body sprintf("<text x=\"%.1f\" y=\"%.1f\" font-size=\"%d\" fill=\"%s\">%s</text>\n", x, y, size, color, escape(words))
}

function rectangle(x, y, width, height, color) {
    body = body sprintf("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n", x, y, width, height, color)
}

function color_of(variant) {
    if (variant ~ /^acc/)
        return "#c2410c"
    return variant ~ /^(C|hand)/ ? "#475569" : "#94a3b8"
}

# The decades that the figures of a unit span: from low to high.
function find_scale(name,    i, k, n, list, value) {
    low = 99
    high = -99
    for (i = 1; i <= row_count; i++) {
        n = unit[rows[i]] == name ? split(variants[rows[i]], list, " ") : 0
        for (k = 1; k <= n; k++) {
            value = median(figure[rows[i], list[k]])
            if (value > 0 && log10(value) < low)
                low = log10(value)
            if (value > 0 && log10(value) > high)
                high = log10(value)
        }
    }
    low = int(low + 99) - 99
    high = int(high + 99) - 98
}

# Where a value ends on the scale.
function place(value) {
    return LEFT + (log10(value) - low) / (high - low) * WIDTH
}

function draw_bars(workload,    k, n, list, value, words) {
    n = split(variants[workload], list, " ")
    text(8, y + 11, 12, "#0f172a", what[workload])
    y += 17
    for (k = 1; k <= n; k++) {
        value = median(figure[workload, list[k]])
        if (value <= 0)
            continue
        rectangle(LEFT, y, place(value) - LEFT > 1 ? place(value) - LEFT : 1, 8, color_of(list[k]))
        words = list[k] " " show(value)
        text(place(value) + 4, y + 8, 9, "#334155", words)
        y += 10
    }
    y += 8
}

# All workloads of a unit that acc is not alone in.
function draw_unit(name, title,    i, decade, top) {
    find_scale(name)
    if (high < low)
        return
    text(8, y + 16, 15, "#0f172a", title)
    y += 30
    top = y
    for (i = 1; i <= row_count; i++)
        if (unit[rows[i]] == name && variants[rows[i]] ~ / [^a]/)
            draw_bars(rows[i])
    for (decade = low; decade <= high; decade++) {
        rectangle(place(10 ^ decade), top, 0.5, y - top, "#e2e8f0")
        text(place(10 ^ decade) + 2, top - 3, 9, "#64748b", 10 ^ decade >= 1 ? sprintf("%d", 10 ^ decade) : 10 ^ decade "")
    }
    y += 14
}

END {
    LEFT = 24
    WIDTH = 640
    y = 34
    text(8, 22, 16, "#0f172a", "acc beside its peers: shorter is better, scales are logarithmic")
    draw_unit("ns", "nanoseconds for one operation")
    draw_unit("us", "microseconds within which answers came")
    draw_unit("bytes", "bytes for one of many")
    draw_unit("ms", "milliseconds to translate")
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\">\n", LEFT + WIDTH + 140, y
    printf "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n%s</svg>\n", body
}
