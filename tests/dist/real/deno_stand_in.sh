#!/bin/sh
# The image's `deno`. Deno's base binary cannot be had everywhere: the portable program stands in for the compiled one.
set -eu
if [ "$*" != "task compile" ]; then exec /usr/lib/deno "$@"; fi
/usr/lib/deno task portable
mv dist/bin/xetra-parqed-*.run dist/bin/xetra-parqed
