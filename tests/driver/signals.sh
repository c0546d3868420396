# Ended by a signal while the C compiler runs, acc ends so too, as does the compiler, and no temporary file is left.
. tests/driver/common
mkdir tmp
export TMPDIR=$T/tmp
cat > slow <<'END'
#!/bin/sh
case "$*" in *-E*) exec cc "$@" ;; esac
echo $$ > pid
exec sleep 60
END
chmod +x slow
"$acc" --cc=./slow -c hello.ac -o hello.o &
for _ in $(seq 200); do
    [ ! -s pid ] || break
    sleep 0.05
done
kill -TERM $!
status=0
wait $! || status=$?
[ $status = 143 ]
fails kill -0 "$(cat pid)"
[ ! -e hello.o ]
[ -z "$(ls tmp)" ]
