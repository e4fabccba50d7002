#!/bin/sh
# xetra-parqed @VERSION@ for @TARGET@. Behind this script's last line, as a tar.gz, are Deno and the
# program: unpacked once, into a cache folder named by their digest, and run from there. Needs sh, tar, gzip, coreutils.
set -eu
id=@ID@
sizes='@SIZES@' # of Deno and the program's files
needed=@KILOBYTES@ # kB
uid=$(id -u)
reasons=''

# Whether this is a folder of ours, or of root, in which nobody else can change anything.
is_ours() {
  [ -d "$1" ] && [ ! -L "$1" ] || return 1
  case $(stat -c '%u %a' -- "$1") in
    "$uid "*[0145][0145] | "0 "*[0145][0145]) ;;
    *) return 1 ;;
  esac
}

# Whether anybody can put another folder in place of ours in here.
is_open() {
  case $(stat -L -c %a -- "$1") in
    [1357]???) return 1 ;;
    *[2367]) ;;
    *) return 1 ;;
  esac
}

# A loss of power may have cut what was unpacked, or a cleaner of old files have taken it away.
is_whole() {
  found=$(LC_ALL=C && stat -c %s -- "$1/xetra-parqed" "$1/app"/* 2>/dev/null | tr '\n' ' ')
  [ "$found" = "$sizes " ]
}

has_program() {
  ! is_open "$1" && is_ours "$1/xetra-parqed" && is_ours "$1/xetra-parqed/$id" && is_whole "$1/xetra-parqed/$id" &&
    home=$1/xetra-parqed/$id
}

# Says why a cache folder cannot be used.
because() {
  reasons="$reasons
  $1"
  return 1
}

# Awaits what was just put into the background: only so the shell answers a signal before its end.
attend() {
  wait "$!"
}

# Leaves nothing behind when a signal ends it; the exit status is the signal's.
abandon() {
  trap '' TERM INT HUP
  kill "${!:-}" 2>/dev/null || true
  wait "${!:-}" 2>/dev/null || true
  [ -z "$new" ] || rm -rf -- "$new"
  trap - TERM INT HUP
  kill -s "$1" $$
}

# Removes the versions that were unpacked before and that no process runs any more, as far as this user can see.
tidy() {
  [ -e /proc/self/exe ] || return 0
  running=$(ls -l /proc/[0-9]*/exe 2>/dev/null) || true
  for version in "$1"/????????????????; do
    case $running in
      *"/${version##*/}/xetra-parqed"*) ;;
      *) [ "${version##*/}" = "$id" ] || rm -rf -- "$version" ;;
    esac
  done
}

# Unpacks into a cache folder, if that is possible; one process does it, and others await it.
unpack() {
  shelf=$1/xetra-parqed
  said=$( (umask 022 && mkdir -p -- "$shelf") 2>&1) || because "$1: $said" || return
  ! is_open "$1" && is_ours "$shelf" || because "$1: not used, for other users may write there" || return
  { command exec 9>"$shelf/lock"; } 2>/dev/null || because "$1: not writable" || return
  if command -v flock >/dev/null; then
    # Who holds it unpacks; not for ever, or it is stopped.
    flock -w 60 9 &
    ! attend || rm -rf -- "$shelf"/.new.*
    ! has_program "$1" || return 0
  fi
  tidy "$shelf"
  free=$(df -Pk -- "$shelf" | tail -n 1 | while read -r _ _ _ kilobytes _; do echo "$kilobytes"; done)
  [ "$free" -ge "$needed" ] || because "$1: $free kB free, $needed kB needed" || return
  new=$(mktemp -d "$shelf/.new.XXXXXX" 2>/dev/null) || because "$1: not writable" || return
  place "$1" || { rm -rf -- "$new"; new=''; return 1; }
}

# Unpacks beside the place, sees whether it runs, and puts it there.
place() {
  tail -n +@LINES@ -- "$0" | tar -xzf - -C "$new" &
  attend || because "$1: could not be unpacked, see above" || return
  chmod 755 -- "$new"
  said=$("$new/xetra-parqed" --version 2>&1) || because "$1: nothing can be run there (noexec?): $said" || return
  # What is there came in one rename: only what has been damaged since is taken away, not what another one has just put there.
  [ ! -e "$shelf/$id" ] || is_whole "$shelf/$id" || rm -rf -- "${shelf:?}/$id"
  mv -T -- "$new" "$shelf/$id" 2>/dev/null || rm -rf -- "$new" # another one was faster
  new=''
  has_program "$1" || because "$1: not used, for other users may write there"
}

# The first cache folder for which this succeeds.
in_cache() {
  if [ -n "${XETRA_PARQED_CACHE:-}" ]; then
    "$1" "$XETRA_PARQED_CACHE"
    return
  fi
  caches=${CACHE_DIRECTORY:-}
  # The service's own, for who runs this by hand as its user.
  service=/var/cache/xetra
  [ "$(stat -c %u -- "$service" 2>/dev/null)" = "$uid" ] || service=''
  for cache in "${caches%%:*}" "$service" "${XDG_CACHE_HOME:-}" "${HOME:+$HOME/.cache}" "${TMPDIR:-/tmp}/xetra-parqed-$uid"; do
    [ -n "$cache" ] && "$1" "$cache" && return
  done
  return 1
}

if ! in_cache has_program 2>/dev/null; then
  new=''
  trap 'abandon TERM' TERM
  trap 'abandon INT' INT
  trap 'abandon HUP' HUP
  if ! in_cache unpack; then
    echo "xetra-parqed: no folder to unpack into; set XETRA_PARQED_CACHE to one of yours, on a disk with exec:$reasons" >&2
    exit 73
  fi
  trap - TERM INT HUP
  exec 9>&-
fi
export @ENVIRONMENT@ DENO_DIR="$home/deno"
exec "$home/xetra-parqed" run --quiet --no-config --no-lock --no-npm --cached-only --unstable-lazy-dynamic-imports \
  @FLAGS@ \
  "$home/app/main.js" "$@"
