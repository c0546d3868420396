# Starting children, channels, await any, and what a child takes that waits.
"$B/acc" --cc="$CC" -O2 bench/concurrency.ac -o "$T/concurrency" || die "bench/concurrency.ac does not build"
for round in $(seq "$ROUNDS"); do
    (pinned 0 "$T/concurrency" "acc-$(family "$CC")") || die "bench/concurrency.ac failed"
done
