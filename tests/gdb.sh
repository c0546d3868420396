#!/bin/bash
# The commands of gdb for async C: acc bt leads across awaits, acc next stays in the activation that it steps, acc tasks lists all tasks,
# also in a core file; what cannot be done is said in one line. For gcc and clang.
command -v gdb > /dev/null || { echo "(apt-get install gdb)"; exit 77; }
gdb -nx -batch -ex 'python print(6 * 7)' 2>&1 | grep -q 42 || { echo "(this gdb has no Python)"; exit 77; }
set -eu
script=$("$B/acc" --print-gdb)
cat > "$T/walk.ac" <<'END'
#include <stdio.h>
#include <stdlib.h>
#include <acc/acc.h>

static async int leaf(int x)
{
    int twice = 2 * x;
    await ac_yield();
    return twice;
}

static async int fused(int x)
{
    int y = await leaf(x);
    await ac_yield();
    y++;
    return y;
}

async int fact(int n)
{
    if (n == 0) {
        await ac_yield();
        return 1;
    }
    int less = await fact(n - 1);
    return n * less;
}

static async int hand_on(int x)
{
    x += 10;
    return await leaf(x);
}

static async int worker(int id)
{
    defer {
        await ac_yield();           // deferred
        printf("%d is done\n", id);
    }
    int sum = await fused(id);
    for (int i = 0; i < 2; i++) {
        sum += await leaf(i);
        sum++;
    }
    sum += await leaf(sum) + await leaf(1);
    sum += await hand_on(id);
    sum += await fact(3);
    return sum;
}

async int main(int argc, char **argv)
{
    (void)argv;
    async worker(1);
    async int second = async worker(2);
    int some = await second;
    some += await worker(3);
    await any {
    case int picked = await worker(4):
        some += picked;
        break;
    case await ac_sleep(1000 * AC_SECOND):
        break;
    }
    if (argc > 1) {
        struct ac_mutex lock = { 0 };
        (void)await ac_lock(&lock);
        async int waits = async ac_lock(&lock);
        async int late = async ac_sleep(1000 * AC_SECOND);
        async fused(5);
        async fused(6);
        await ac_yield();
        abort();
    }
    printf("%d\n", some);
    return 0;
}
END
status=0

line() { grep -n -m 1 -F "$1" "$T/walk.ac" | cut -d: -f1; }
at() { echo "walk.ac:$(line "$1")"; }
times() { for ((i = 0; i < $1; i++)); do echo "$2"; done; }

# debug PROGRAM [CORE]: what gdb says to the commands of standard input; each one is printed before its answer.
debug() {
    local arguments=() command
    while IFS= read -r command; do
        arguments+=(-ex "echo > $command\n" -ex "$command")
    done
    gdb -nx -batch -ex 'set confirm off' -ex 'set breakpoint pending off' -ex 'set style enabled off' -x "$script" "${arguments[@]}" "$@" \
        < /dev/null 2>&1 | sed "s|$T/||g; s/, executor 0x[0-9a-f]*//; s/^0x[0-9a-f]* in //; s| at [^ ]*/any.c:.*||" > "$T/out"
    ! grep 'Traceback\|Python Exception\|occurred in Python' "$T/out" || status=1
}

# These lines, one behind the other.
expect() {
    local wanted
    wanted=$(cat)
    [[ $'\n'"$(< "$T/out")"$'\n' == *$'\n'"$wanted"$'\n'* ]] && return
    echo "$cc: these lines are not there:"
    sed 's/^/    /' <<< "$wanted"
    cat "$T/out"
    status=1
}

backtraces() {
    debug "$T/walk" <<END
tbreak $(at 'y++')
run
acc bt
tbreak $(at 'return 1;')
continue
acc bt
tbreak leaf if x == 3
continue
acc bt
tbreak $(at 'sum++') if id == 4
continue
acc bt
tbreak $(at 'return 0;')
continue
acc bt
END
    expect <<END
> acc bt
#0  leaf at walk.ac:6
#1  fused at $(at 'await leaf(x)')
#2  worker at $(at 'await fused(id)')
#3  main at $(at 'await worker(3)')
END
    expect <<END
> acc bt
#0  fused at $(at 'y++')
#1  worker at $(at 'await fused(id)')
    child of main
END
    expect <<END
> acc bt
#0  fact at $(at 'return 1;')
#1  fact at $(at 'await fact(n - 1)'), 3 times
#4  worker at $(at 'await fact(3)')
    child of main
END
    expect <<END
> acc bt
#0  worker at $(at 'sum++')
    awaited by
#1  main at $(at 'await any')
END
    expect <<END
> acc bt
#0  main at $(at 'return 0;')
END
}

# Of a source line, as gdb shows it.
shown() { printf '%s\t%s\n' "$(line "$1")" "$(sed -n "$(line "$1")p" "$T/walk.ac")"; }

# What gdb shows for one `acc next` after another.
expect_steps() {
    local part
    for part; do
        echo '> acc next'
        shown "$part"
    done | expect
}

# The last of them left the function: this one goes on, there.
expect_arrival() {
    sed -i 's/ (.*) at / at /' "$T/out"
    printf '> acc next\n%s at %s\n%s\n' "$1" "$(at "$2")" "$(shown "$2")" | expect
}

# The other tasks run through the same lines meanwhile.
steps() {
    debug "$T/walk" <<END
tbreak $(at 'await fused(id)') if id == 2
run
$(times 3 'acc next')
print sum
$(times 11 'acc next')
print id
info breakpoints
END
    expect_steps 'for (int i' 'sum += await leaf(i)' 'sum++'
    expect <<< $'> print sum\n$1 = 5'
    expect_steps 'for (int i' 'sum += await leaf(i)' 'sum++' 'for (int i' 'await leaf(sum)' 'await hand_on(id)' 'await fact(3)' \
        'return sum' 'defer {' '// deferred' 'is done'
    expect <<< $'> print id\n$2 = 2\n> info breakpoints\nNo breakpoints or watchpoints.'
}

# Who goes on when a function ends: its caller on the C stack, a caller that the executor resumes, the caller of one whose last call has
# taken over its frame, another activation of the same function, and whoever awaits the task; nobody.
ends() {
    debug "$T/walk" <<END
tbreak $(at 'return y') if y == 3
run
$(times 2 'acc next')
END
    expect_arrival worker 'await fused(id)'
    debug "$T/walk" <<END
tbreak $(at 'return twice') if twice == 0
run
$(times 2 'acc next')
END
    expect_arrival worker 'sum += await leaf(i)'
    debug "$T/walk" <<END
tbreak $(at 'return await leaf')
run
$(times 2 'acc next')
END
    expect_arrival worker 'await hand_on(id)'
    debug "$T/walk" <<END
tbreak $(at 'await fact(n - 1)') if n == 1
run
$(times 4 'acc next')
print less
END
    expect_steps 'return n * less'
    expect_arrival ac_machine_fact 'await fact(n - 1)'
    expect <<< $'> print less\n$1 = 1'
    debug "$T/walk" <<END
tbreak $(at 'is done') if id == 2
run
$(times 3 'acc next')
END
    expect_arrival ac_main '= await second'
    debug "$T/walk" <<END
tbreak $(at 'is done') if id == 1
run
$(times 3 'acc next')
END
    expect <<< $'> acc next\nacc: the task has ended'
}

# Where all tasks are, also in the core file of a program that has aborted.
tasks() {
    debug "$T/walk" <<END
tbreak $(at 'return 1;')
run
acc tasks
tbreak $(at 'sum++') if id == 4
continue
acc tasks
END
    expect <<END
> acc tasks
acc: 3 tasks
1 task: ready
    fact at walk.ac:$(($(line 'return 1;') - 1))
    fact at $(at 'await fact(n - 1)'), 3 times
    worker at $(at 'await fact(3)')
    awaited by main at $(at 'await second')
1 task: waiting for a child
    main at $(at 'await second')
1 task: running
    fact at $(at 'return 1;')
    fact at $(at 'await fact(n - 1)'), 3 times
    worker at $(at 'await fact(3)')
    child of main
END
    expect <<END
> acc tasks
acc: 3 tasks
1 task: waiting for an arm
    ac_await_any
    main at $(at 'await any')
1 task: running
    worker at $(at 'sum++')
    arm of main at $(at 'await any')
1 task: sleeping
    arm of main at $(at 'await any')
END
    debug "$T/walk" <<END
run once
generate-core-file $T/core
END
    debug "$T/walk" "$T/core" <<END
acc tasks
acc bt
acc next
END
    expect <<END
> acc tasks
acc: 5 tasks
2 tasks: ready
    fused at walk.ac:$(($(line 'y++') - 1))
    child of main
1 task: running
    main at $(at 'abort()')
1 task: waiting for a lock or a semaphore
1 task: sleeping
> acc bt
#0  main at $(at 'abort()')
> acc next
acc: The program is not being run.
END
}

# One line for each.
mistakes() {
    echo 'int main(void) { return 0; }' > "$T/plain.c"
    $cc -g "$T/plain.c" -o "$T/plain"
    debug "$T/plain" <<END
acc tasks
tbreak main
run
acc bt
acc next
acc tasks
END
    expect <<END
> acc tasks
acc: no program is running, and there is no core file
END
    local unknown="acc: no debug information of 'struct ac_task': no program of acc, or a libacc.a that was built without -g"
    expect <<END
> acc bt
$unknown
> acc next
$unknown
> acc tasks
$unknown
END
    debug "$T/walk" <<END
tbreak ac_run_main
run
acc bt
acc next
acc tasks
acc tasks 8
acc tasks (
END
    local outside="acc: no async function with debug information is on this stack; 'acc tasks' lists those that wait"
    expect <<END
> acc bt
$outside
> acc next
$outside
> acc tasks
acc: no executor is on the stack of a thread; 'acc tasks EXECUTOR' takes a struct ac_executor *
> acc tasks 8
acc: there is no executor at 0x8
> acc tasks (
acc: A syntax error in expression, near \`'.
END
}

for cc in gcc clang; do
    command -v $cc > /dev/null || continue
    "$B/acc" --cc=$cc -g -O0 "$T/walk.ac" -o "$T/walk"
    backtraces
    steps
    ends
    tasks
    mistakes
done
exit $status
