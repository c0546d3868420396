#!/bin/bash
# The HTTP server serves a folder to curl, refuses what it should, and keeps connections through pipelined requests.
cd "$(dirname "$0")/../.." || exit 1
B=${B:-build}
T=${T:-$(mktemp -d)}
. tests/examples/support.bash
command -v curl > /dev/null || skip "curl is missing"

HTTP=${HTTP:-$T/http}
[ -x "$HTTP" ] || build "$HTTP" examples/http.ac

mkdir -p "$T/www/sub/empty" "$T/outside"
echo '<h1>top</h1>' > "$T/www/index.html"
echo '<h1>sub</h1>' > "$T/www/sub/index.html"
echo 'plain' > "$T/www/a file+.txt"
echo 'secret' > "$T/outside/secret.txt"
printf '0123456789' > "$T/www/digits"
: > "$T/www/nothing.css"
head -c 5000000 /dev/urandom > "$T/www/large.bin"
ln -s ../outside/secret.txt "$T/www/link.txt"
ln -s ../outside "$T/www/linked"
mkfifo "$T/www/fifo"

start "$HTTP" 0 "$T/www"
url=http://127.0.0.1:$port

# status PATH [curl's options]: what the server answers.
status() {
    curl -s -m 20 -o /dev/null -w '%{http_code}' --path-as-is "${@:2}" "$url$1"
}
body() {
    curl -s -m 20 --path-as-is "${@:2}" "$url$1"
}
field() {
    curl -s -m 20 -I "${@:3}" "$url$1" | tr -d '\r' | sed -n "s/^$2: //p"
}

expect "index of the folder" '<h1>top</h1>' "$(body /)"
expect "index of a folder in it" '<h1>sub</h1>' "$(body /sub/)"
expect "query is ignored" '<h1>sub</h1>' "$(body '/sub/?a=/../b')"
expect "percent decoding" plain "$(body /a%20file%2b.txt)"
expect "plain characters" plain "$(body '/a%20file+.txt')"
expect "empty file" 200 "$(status /nothing.css)"
body /large.bin | cmp - "$T/www/large.bin" || fail "large file differs"
expect "redirection to a folder" "301 $url/sub/" "$(curl -s -o /dev/null -w '%{http_code} %{redirect_url}' "$url/sub")"
expect "no open redirection" "301 $url/sub/" "$(curl -s -o /dev/null -w '%{http_code} %{redirect_url}' --path-as-is "$url//sub")"
expect "folder without index" 404 "$(status /sub/empty/)"
expect "file as a folder" 404 "$(status /digits/)"
expect "missing" 404 "$(status /missing)"
expect "fifo" 404 "$(status /fifo)"

expect "type of html" 'text/html; charset=utf-8' "$(field / Content-Type)"
expect "type of css" 'text/css; charset=utf-8' "$(field /nothing.css Content-Type)"
expect "other type" application/octet-stream "$(field /digits Content-Type)"
expect "length" 10 "$(field /digits Content-Length)"
field / Date | grep -Eq '^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT$' || fail "Date field"

for path in /../outside/secret.txt /%2e%2e/outside/secret.txt /sub/../../outside/secret.txt /sub/%2E%2e/%2e./outside/secret.txt \
    /..%2foutside/secret.txt /link.txt /linked/secret.txt /linked/; do
    expect "outside: $path" 404 "$(status "$path")"
done
expect "NUL in the path" 400 "$(status /digits%00.html)"
expect "broken percent" 400 "$(status /digits%2)"
expect "no hexadecimal digit" 400 "$(status /digits%zz)"

expect "POST" 405 "$(status / -d x)"
expect "Allow" "GET, HEAD" "$(curl -s -D - -o /dev/null -X DELETE "$url/" | tr -d '\r' | sed -n 's/^Allow: //p')"
expect "too large a body" 413 "$(status / -X GET -d "$(head -c 70000 /dev/zero | tr '\0' x)")"
expect "body of a GET is skipped" "<h1>top</h1>" "$(body / -X GET -d 0123456789)"
expect "too large a head" 431 "$(status / -H "X: $(head -c 9000 /dev/zero | tr '\0' x)")"
expect "Transfer-Encoding" 501 "$(status / -X GET -H 'Transfer-Encoding: chunked' -d x)"
expect "HTTP/1.0" 200 "$(status / -0)"

expect "range" 234 "$(body /digits -r 2-4)"
expect "range to the end" 789 "$(body /digits -r 7-)"
expect "range of the last" 89 "$(body /digits -r -2)"
expect "range beyond the end" 56789 "$(body /digits -r 5-100)"
expect "status of a range" 206 "$(status /digits -r 0-0)"
expect "no such range" 416 "$(status /digits -r 10-)"
expect "nonsense is ignored" 200 "$(status /digits -H 'Range: bytes=5-2')"

# raw TEXT: sends it as it is and gives all that comes back.
raw() {
    exec 3<> "/dev/tcp/127.0.0.1/$port"
    printf "$1" >&3
    timeout 20 cat <&3 | tr -d '\r'
    exec 3>&-
}
end='Connection: close\r\n\r\n'
expect "no Host" "HTTP/1.1 400 Bad Request" "$(raw "GET / HTTP/1.1\r\n$end" | head -n 1)"
expect "no version" "HTTP/1.1 400 Bad Request" "$(raw 'GET /\r\n\r\n' | head -n 1)"
expect "other version" "HTTP/1.1 505 HTTP Version Not Supported" "$(raw 'GET / HTTP/2.0\r\n\r\n' | head -n 1)"
expect "broken field" "HTTP/1.1 400 Bad Request" "$(raw 'GET / HTTP/1.1\r\nHost : x\r\n\r\n' | head -n 1)"
expect "two lengths" "HTTP/1.1 400 Bad Request" \
    "$(raw 'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n' | head -n 1)"
expect "form for proxies" "HTTP/1.1 200 OK" "$(raw "GET http://x/digits HTTP/1.1\r\n$end" | head -n 1)"
expect "line feeds alone" "0123456789" "$(raw 'GET /digits HTTP/1.0\n\n' | tail -n 1)"
get='GET /digits HTTP/1.1\r\nHost: x\r\n'
expect "pipelining" 3 "$(raw "$get\r\n\r\n${get}Content-Length: 4\r\n\r\nbody$get$end" | grep -c '0123456789')"
expect "HEAD has no body" 0 "$(raw "HEAD /digits HTTP/1.1\r\nHost: x\r\n$end" | grep -c 0123456789)"
expect "kept connection" 1 "$(curl -s -m 20 -v -o /dev/null "$url/" -o /dev/null "$url/digits" 2>&1 | grep -c 'Connected to')"

if command -v wrk > /dev/null; then
    wrk -t 1 -c 50 -d 1 "$url/digits" > "$T/wrk" || fail "wrk"
    grep -E 'Non-2xx|Socket errors' "$T/wrk" && fail "wrk met errors"
fi
still_runs

# A peer that sends nothing is closed. On SIGINT a request that has begun is answered, an idle connection is closed, new ones are
# refused, and the server ends.
start "$HTTP" 0 "$T/www" 1
exec 4<> "/dev/tcp/127.0.0.1/$port"
expect "nothing was asked" "" "$(timeout 20 cat <&4)"
exec 4>&-
start "$HTTP" 0 "$T/www"
exec 4<> "/dev/tcp/127.0.0.1/$port" 5<> "/dev/tcp/127.0.0.1/$port"
printf "$get\r\n" >&5
while read -r -t 20 line <&5 && [ "$line" != $'\r' ]; do :; done
printf 'GET /digits' >&4
expect "a request in between" 0123456789 "$(curl -s -m 20 "http://127.0.0.1:$port/digits")"
kill -INT "$server"
expect "idle connection" 0123456789 "$(timeout 20 cat <&5)"
(: < "/dev/tcp/127.0.0.1/$port") 2> /dev/null && fail "connections are still taken"
printf ' HTTP/1.1\r\nHost: x\r\n\r\n' >&4
expect "running request" "Connection: close 0123456789" \
    "$(timeout 20 cat <&4 | tr -d '\r' | sed -n '/^Connection/p; $p' | tr '\n' ' ' | sed 's/ $//')"
wait "$server"
expect "status of the server" 0 $?
passed
