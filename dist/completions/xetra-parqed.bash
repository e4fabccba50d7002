# Completion of xetra-parqed for bash; made by `xetra-parqed completion bash`
_xetra_parqed() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command= options words i
  # bash takes --option=value for three words
  [[ $word == = ]] && word=
  [[ $previous == = ]] && previous=${COMP_WORDS[COMP_CWORD - 2]}
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
    --wrk-dir|--log-level|--log-file|--log-rotate-size|--log-keep-days|--system-timezone) [[ ${COMP_WORDS[i + 1]} == = ]] && ((i++)); ((i++)) ;;
    -*) ;;
    *) command=${COMP_WORDS[i]}; break ;;
    esac
  done
  case $previous in
    --wrk-dir|--export|--from|--to|--root) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    --log-level) mapfile -t COMPREPLY < <(compgen -W "DEBUG INFO WARNING ERROR" -- "$word"); return ;;
    --log-file|--quota-file|--pid-file|--output|--daemon-log|--binary) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    --log-rotate-size|--log-keep-days|--system-timezone|--api-url|--quota|--market-timezone|--interval|--active-hours|--schedule|--publish-every|--quotes|--quotes-isin|--isin|--keep-raw-days|--date|--month|--from|--to|--currency|--at|--accept|--keep-days|--what|--listen|--user) return ;;
    --notation) mapfile -t COMPREPLY < <(compgen -W "1 2" -- "$word"); return ;;
    --interval) mapfile -t COMPREPLY < <(compgen -W "1m 5m 15m 30m 1h 1d" -- "$word"); return ;;
    --every) mapfile -t COMPREPLY < <(compgen -W "1s 1m 5m 15m 30m 1h" -- "$word"); return ;;
  esac
  options="--version --wrk-dir --log-level --log-file --log-rotate-size --log-keep-days --quiet --system-timezone --help"
  case $command in
    '') words="fetch-trades fetch-quotes status list-files check-status check-partial coverage trades bars closes quotes marks connect verify reprocess cleanup-raw consolidate-month adopt merge export serve install-service uninstall-service completion help" ;;
    fetch-trades) options="$options --no-store --no-reconcile --api-url --quota --quota-file --market-timezone --json --daemon --interval --active-hours --schedule --skip-non-trading-days --publish-every --no-bars --export --pid-file --quotes --quotes-isin --quotes-bonds"; words="DETR DFRA DGAT DEUR" ;;
    fetch-quotes) options="$options --isin --bonds --notation --no-store --keep-raw-days --api-url --quota --quota-file --market-timezone --json --daemon --interval --active-hours --schedule --skip-non-trading-days --pid-file"; words="" ;;
    status) options="$options --quotes --json --check"; words="DETR DFRA DGAT DEUR" ;;
    list-files) options="$options --date --quotes --api-url --json"; words="DETR DFRA DGAT DEUR" ;;
    check-status) options="$options --quotes --api-url --json"; words="DETR DFRA DGAT DEUR" ;;
    check-partial) options="$options --quotes --json"; words="DETR DFRA DGAT DEUR" ;;
    coverage) options="$options --month --from --to --quotes --json"; words="DETR DFRA DGAT DEUR" ;;
    trades) options="$options --isin --date --from --to --corrected --csv --json"; words="DETR DFRA DGAT DEUR" ;;
    bars) options="$options --date --month --from --to --all --isin --interval --currency --csv --json --output"; words="DETR DFRA DGAT DEUR" ;;
    closes) options="$options --date --isin --csv --json"; words="DETR DFRA DGAT DEUR" ;;
    quotes) options="$options --isin --at --from --to --every --csv --json --output"; words="DETR DFRA DGAT DEUR" ;;
    marks) options="$options --date --at --close --isin --csv --json --output"; words="DETR DFRA DGAT DEUR" ;;
    connect) options="$options --output"; words="DETR DFRA DGAT DEUR" ;;
    verify) options="$options --date --month --all --repair --from --quotes --api-url --quota-file --json"; words="DETR DFRA DGAT DEUR" ;;
    reprocess|reprocess-raw-cache) options="$options --date --force --accept --quotes --json"; words="DETR DFRA DGAT DEUR" ;;
    cleanup-raw|cleanup-raw-cache) options="$options --quotes --keep-days --dry-run --json"; words="DETR DFRA DGAT DEUR" ;;
    consolidate-month) options="$options --month --all --yes --json"; words="DETR DFRA DGAT DEUR" ;;
    adopt) options="$options --all --from --dry-run --delete-originals --json"; words="DETR DFRA DGAT DEUR" ;;
    merge) options="$options --from --quotes --dry-run --json"; words="DETR DFRA DGAT DEUR" ;;
    export) options="$options --to --month --all --what --json"; words="DETR DFRA DGAT DEUR" ;;
    serve) options="$options --listen --daemon-log"; words="DETR DFRA DGAT DEUR" ;;
    install-service) options="$options --user --dynamic-user --per-venue --interval --active-hours --publish-every --no-bars --quotes --quotes-bonds --binary --root --dry-run --print"; words="DETR DFRA DGAT DEUR" ;;
    uninstall-service) options="$options --root --dry-run"; words="" ;;
    completion) options="$options "; words="bash zsh fish" ;;
    help) options="$options "; words="fetch-trades fetch-quotes status list-files check-status check-partial coverage trades bars closes quotes marks connect verify reprocess reprocess-raw-cache cleanup-raw cleanup-raw-cache consolidate-month adopt merge export serve install-service uninstall-service completion help" ;;
  esac
  [[ $word == -* ]] && words=$options
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -F _xetra_parqed xetra-parqed
