#!/bin/sh
# xetra-parqed: Deno with the permissions of this program. Nothing is unpacked, and nothing that runs is cached: below
# /dev/null nobody can write, not even root.
export @ENVIRONMENT@ DENO_DIR=/dev/null
exec @DENO@ run --quiet --no-config --no-lock --no-npm --cached-only --no-code-cache --unstable-lazy-dynamic-imports \
  @FLAGS@ \
  @APP@ "$@"
