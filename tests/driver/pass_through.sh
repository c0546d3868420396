# A file without async constructs comes out byte for byte; that it uses the words as names, or is no C at all, is for the compiler.
. tests/driver/common
printf 'int main(void)\r\n{ return 0; }\t /* no newline */' > plain.ac
cat > names.ac <<'END'
struct handle { int async, await; };
int async(int await);
int async(int await) { struct handle h = { .async = await }; return h.async + h.await; }
typedef int defer;
int f(void) { defer any = 1, all = async(any); await: return all; goto await; }
END
printf 'int f(void) { nonsense here }\n@ ` $\n' > wrong.ac
: > empty.ac
printf '\xef\xbb\xbfint x;\n' > mark.ac
for file in plain names wrong empty mark; do
    "$acc" -C $file.ac -o $file.c
    cmp $file.ac $file.c
done
"$acc" -c names.ac -Wno-unused -o names.o
fails "$acc" -c wrong.ac -o wrong.o
says 'wrong.ac:1' err
[ ! -e wrong.o ]
fails "$acc" -fsyntax-only wrong.ac
"$acc" -fsyntax-only plain.ac names.ac -w
