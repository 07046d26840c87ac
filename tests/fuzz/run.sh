#!/usr/bin/env bash
# run.sh FUZZER: runs one fuzzer for a while, as ctest does.
#
# From the environment:
#   HOLDFAST_FUZZ_SECONDS  how long (15)
#   HOLDFAST_SEED          the seed of libFuzzer (1)
#   HOLDFAST_CORPUS        a directory in which what was learnt is kept, by
#                          fuzzer, for the next run (none: it is forgotten)
#   HOLDFAST_FINDINGS      where inputs that fail are written (findings/ beside
#                          the directory of the programs)
set -euo pipefail

readonly FUZZER=${1:?the path of a fuzzer is missing}
readonly NAME=${FUZZER##*/}
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly HERE
readonly SEED=${HOLDFAST_SEED:-1}
readonly FINDINGS=${HOLDFAST_FINDINGS:-${FUZZER%/*/*}/findings}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
learnt=$scratch
if [[ -n ${HOLDFAST_CORPUS:-} ]]; then
  learnt=$HOLDFAST_CORPUS/$NAME
  mkdir -p "$learnt"
fi
mkdir -p "$FINDINGS" 2>/dev/null || true

words=("$learnt")
case $NAME in
  requests_fuzzer | router_fuzzer)
    # They run through so much code that weighing inputs by how rare their
    # coverage is costs more than running them.
    words+=(-entropic=0)
    ;;
esac
[[ -d $HERE/corpus/$NAME ]] && words+=("$HERE/corpus/$NAME")
[[ -f $HERE/$NAME.dict ]] && words+=("-dict=$HERE/$NAME.dict")

# Most of what the sanitizer costs is the stacks of allocations that are never
# shown. Run by hand, a fuzzer shows them whole.
export ASAN_OPTIONS=malloc_context_size=2

echo "seed $SEED; an input that fails is written to $FINDINGS/$NAME-*"
cd "$scratch"
"$FUZZER" "${words[@]}" -seed="$SEED" \
  -max_total_time="${HOLDFAST_FUZZ_SECONDS:-15}" \
  -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
  -artifact_prefix="$FINDINGS/$NAME-"
