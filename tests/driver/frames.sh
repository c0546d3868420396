# --frames=json is JSON that agrees with --frames; --diff-frames is an error for a frame that has grown, and says what else changed.
. tests/driver/common
$acc --frames=json hello.ac -o old.json
python3 - <<'END'
import json
report = json.load(open('old.json'))
twice, main = report['functions']
assert twice['function'] == 'twice' and twice['line'] == 5 and twice['file'] == 'hello.ac', twice
assert twice['frame'] >= twice['header'] + twice['bound'], twice
assert [point['line'] for point in twice['points']] == [7], twice
assert twice['points'][0]['callee'] == 'ac_yield' and not twice['points'][0]['outside'], twice
assert twice['at_most'] == twice['frame'] and main['at_most'] == main['frame'], report
assert any('twice_frame' in field['declaration'] for field in main['points'][0]['fields']), main
END
$acc --diff-frames=old.json hello.ac > same
[ ! -s same ]
sed 's/return 2/char more[100] = { x }; await ac_yield(); return more[0] + 2/' hello.ac > grown.ac
fails $acc --diff-frames=old.json grown.ac
grep -q "grown.ac:5:18: error: the frame of 'twice' has grown from [0-9]* to [0-9]* bytes" err
$acc --frames=json grown.ac -o grown.json
$acc --diff-frames=grown.json hello.ac > smaller
grep -q 'smaller .* twice, was' smaller
sed 's/twice/thrice/' hello.ac > other.ac
$acc --diff-frames=old.json other.ac | grep -q 'new .* thrice'
fails $acc --diff-frames=missing.json hello.ac
grep -q "cannot compare with 'missing.json': No such file" err
fails $acc --diff-frames=hello.ac hello.ac
grep -q 'not a report' err
