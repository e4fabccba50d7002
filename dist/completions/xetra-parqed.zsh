#compdef xetra-parqed
# Completion of xetra-parqed for zsh; made by `xetra-parqed completion zsh`
_xetra_parqed() {
  local context state line
  local -a commands=(
    'fetch-trades:Fetch and store all trades that the exchange lists and that are not stored yet.'
    'fetch-quotes:Fetch and store quotes, the top of the order book, that the exchange lists and that are not stored yet.'
    'status:Show whether the daemon is running, what is stored, how late the data are and what is missing.'
    'list-files:List the files that the exchange serves now.'
    'check-status:Compare what the exchange lists with what is stored, by date.'
    'check-partial:Show the dates with missing minutes, pending files, or files that could not be decoded.'
    'coverage:Show a calendar of the trading days: which are stored, and how completely.'
    'trades:Print the trades of some ISINs as they are stored; by default of the last stored trading day.'
    'bars:Update the stored bars of a minute and of a day, by default all of them. With --isin, --currency, --csv, --json or --output print bars instead, by default those of the last stored trading day.'
    'closes:Print the official closes of a trading day: price, kind and time, the day'\''s prices, the previous close.'
    'quotes:Print the quotes of some instruments, each side as it was last published: bid, ask, sizes, ages, spread; by default all changes of the last stored trading day.'
    'marks:Print the bid and the offer of every instrument at one time of a trading day; by default at its close.'
    'connect:Write views of what is stored for DuckDB, and print the path of the file.'
    'verify:Read back what is stored and check that it is whole, sorted, and agrees with its ledgers; by default everything.'
    'reprocess:Decode again the raw files that were not understood, for example after an update.'
    'cleanup-raw:Delete old raw files whose trades are proved to be in Parquet.'
    'consolidate-month:Merge the days of a month into one file; by default of the last month that has ended.'
    'adopt:Take over the trades that the Python predecessor of this program has stored.'
    'merge:Take over what another working directory has and this one does not, such as that of a second collector.'
    'export:Write months as files that Spark, Iceberg and other engines read as they are; by default the last two months, as far as they have changed since.'
    'serve:Serve a page on this machine: state, coverage, charts, and the files themselves. It only reads.'
    'install-service:Write a systemd unit for a daemon of these venues, and create its directories.'
    'uninstall-service:Remove what install-service wrote; data and logs stay.'
    'completion:Print a script that completes commands, options and venues in a shell.'
    'help:Show the help of the program, or of a command.'
  )
  typeset -A opt_args
  _arguments -C '--version[print the version]' \
    '--wrk-dir=[working directory; data and state lie below it]:value:_files -/' \
    '--log-level=[minimum level to log]:value:(DEBUG INFO WARNING ERROR)' \
    '--log-file=[log to this file as well; its folder is created]:value:_files' \
    '--log-rotate-size=[rotate the log file at this size, or off (default: 10M)]:value: ' \
    '--log-keep-days=[delete rotated log files after this many days (default: 30)]:value: ' \
    '--quiet[with --log-file: log only to that file]' \
    '--system-timezone=[time zone of the log (default: the system'\''s)]:value: ' \
    '--help[show help]' \
    '1:command:->command' '*::argument:->argument'
  case $state in
    command) _describe command commands ;;
    argument)
      case $line[1] in
      fetch-trades) _arguments '--no-store[show what would be fetched; write nothing]' \
        '--no-reconcile[leave out daily files of days that are complete]' \
        '--api-url=[another file service, on this machine (replica, tests)]:value: ' \
        '--quota=[at most n downloads in so many seconds (default: 30/60, which the exchange allows)]:value: ' \
        '--quota-file=[counts the downloads of all processes behind one address (default: in the working directory)]:value:_files' \
        '--market-timezone=[with --daemon: time zone of active hours and schedule (default: Europe/Berlin)]:value: ' \
        '--json[print what was done as JSON]' \
        '--daemon[keep fetching until a signal stops it]' \
        '--interval=[with --daemon: hours between starts, or 15m, 90s, 1h30m (default: 1)]:value: ' \
        '--active-hours=[with --daemon: when it fetches, in market time (default: 08:30-18:00)]:value: ' \
        '--schedule=[with --daemon: a cron expression in market time]:value: ' \
        '--skip-non-trading-days[with --daemon: only one cycle a day on weekends and the exchange'\''s holidays]' \
        '--publish-every=[with --daemon: minimum time between two publications of a day (default: 1h)]:value: ' \
        '--no-bars[with --daemon: do not keep the stored bars up to date]' \
        '--export=[with --daemon: once a day, export the months that have changed to this lake]:value:_files -/' \
        '--pid-file=[with --daemon: a file for its PID, held while it runs; its folder must exist]:value:_files' \
        '--quotes=[with --daemon: also collect quotes, such as DGAT,DFRA; trades go first]:value: ' \
        '--quotes-isin=[with --quotes: only quotes of these: ISINs separated by commas, or @FILE with one per line]:value: ' \
        '--quotes-bonds[with --quotes: only quotes in percent, those of bonds]' \
        '--version[print the version]' \
        '--wrk-dir=[working directory; data and state lie below it]:value:_files -/' \
        '--log-level=[minimum level to log]:value:(DEBUG INFO WARNING ERROR)' \
        '--log-file=[log to this file as well; its folder is created]:value:_files' \
        '--log-rotate-size=[rotate the log file at this size, or off (default: 10M)]:value: ' \
        '--log-keep-days=[delete rotated log files after this many days (default: 30)]:value: ' \
        '--quiet[with --log-file: log only to that file]' \
        '--system-timezone=[time zone of the log (default: the system'\''s)]:value: ' \
        '--help[show help]' \
        '*:argument:(DETR DFRA DGAT DEUR)' ;;
      fetch-quotes) _arguments '--isin=[store only these: ISINs separated by commas, or @FILE with one per line]:value: ' \
        '--bonds[store only what is quoted in percent, as --notation 2]' \
        '--notation=[store only prices in money (1) or in percent of par (2)]:value:(1 2)' \
        '--no-store[show what would be fetched, with megabytes and minutes; write nothing]' \
        '--keep-raw-days=[keep the raw files of this many dates, including today]:value: ' \
        '--api-url=[another file service, on this machine (replica, tests)]:value: ' \
        '--quota=[at most n downloads in so many seconds (default: 30/60, which the exchange allows)]:value: ' \
        '--quota-file=[counts the downloads of all processes behind one address (default: in the working directory)]:value:_files' \
        '--market-timezone=[with --daemon: time zone of active hours and schedule (default: Europe/Berlin)]:value: ' \
        '--json[print what was done as JSON]' \
        '--daemon[keep fetching until a signal stops it]' \
        '--interval=[with --daemon: hours between starts, or 15m, 90s, 1h30m (default: 1)]:value: ' \
        '--active-hours=[with --daemon: when it fetches, in market time (default: 08:30-18:00)]:value: ' \
        '--schedule=[with --daemon: a cron expression in market time]:value: ' \
        '--skip-non-trading-days[with --daemon: only one cycle a day on weekends and the exchange'\''s holidays]' \
        '--pid-file=[with --daemon: a file for its PID, held while it runs; its folder must exist]:value:_files' \
        '--version[print the version]' \
        '--wrk-dir=[working directory; data and state lie below it]:value:_files -/' \
        '--log-level=[minimum level to log]:value:(DEBUG INFO WARNING ERROR)' \
        '--log-file=[log to this file as well; its folder is created]:value:_files' \
        '--log-rotate-size=[rotate the log file at this size, or off (default: 10M)]:value: ' \
        '--log-keep-days=[delete rotated log files after this many days (default: 30)]:value: ' \
        '--quiet[with --log-file: log only to that file]' \
        '--system-timezone=[time zone of the log (default: the system'\''s)]:value: ' \
        '--help[show help]' ;;
      status) _arguments '--quotes[quotes instead of trades]' \
        '--json[print JSON]' \
        '--check[one line, and exit codes for monitoring: 0 fine, 1 warning, 2 critical]' \
        '--version[print the version]' \
        '--wrk-dir=[working directory; data and state lie below it]:value:_files -/' \
        '--log-level=[minimum level to log]:value:(DEBUG INFO WARNING ERROR)' \
        '--log-file=[log to this file as well; its folder is created]:value:_files' \
        '--log-rotate-size=[rotate the log file at this size, or off (default: 10M)]:value: ' \
        '--log-keep-days=[delete rotated log files after this many days (default: 30)]:value: ' \
        '--quiet[with --log-file: log only to that file]' \
        '--system-timezone=[time zone of the log (default: the system'\''s)]:value: ' \
        '--help[show help]' \
        '*:argument:(DETR DFRA DGAT DEUR)' ;;
      list-files) _arguments '--date=[only this date, YYYY-MM-DD]:value: ' \
        '--quotes[quotes instead of trades]' \
        '--api-url=[another file service, on this machine (replica, tests)]:value: ' \
        '--json[print JSON]' \
        '--version[print the version]' \
        '--wrk-dir=[working directory; data and state lie below it]:value:_files -/' \
        '--log-level=[minimum level to log]:value:(DEBUG INFO WARNING ERROR)' \
        '--log-file=[log to this file as well; its folder is created]:value:_files' \
        '--log-rotate-size=[rotate the log file at this size, or off (default: 10M)]:value: ' \
        '--log-keep-days=[delete rotated log files after this many days (default: 30)]:value: ' \
        '--quiet[with --log-file: log only to that file]' \
        '--system-timezone=[time zone of the log (default: the system'\''s)]:value: ' \
        '--help[show help]' \
        '*:argument:(DETR DFRA DGAT DEUR)' ;;
      check-status) _arguments '--quotes[quotes instead of trades]' \
        '--api-url=[another file service, on this machine (replica, tests)]:value: ' \
        '--json[print JSON]' \
        '--version[print the version]' \
        '--wrk-dir=[working directory; data and state lie below it]:value:_files -/' \
        '--log-level=[minimum level to log]:value:(DEBUG INFO WARNING ERROR)' \
        '--log-file=[log to this file as well; its folder is created]:value:_files' \
        '--log-rotate-size=[rotate the log file at this size, or off (default: 10M)]:value: ' \
        '--log-keep-days=[delete rotated log files after this many days (default: 30)]:value: ' \
        '--quiet[with --log-file: log only to that file]' \
        '--system-timezone=[time zone of the log (default: the system'\''s)]:value: ' \
        '--help[show help]' \
        '*:argument:(DETR DFRA DGAT DEUR)' ;;
      check-partial) _arguments '--quotes[quotes instead of trades]' \
        '--json[print JSON]' \
        '--version[print the version]' \
        '--wrk-dir=[working directory; data and state lie below it]:value:_files -/' \
        '--log-level=[minimum level to log]:value:(DEBUG INFO WARNING ERROR)' \
        '--log-file=[log to this file as well; its folder is created]:value:_files' \
        '--log-rotate-size=[rotate the log file at this size, or off (default: 10M)]:value: ' \
        '--log-keep-days=[delete rotated log files after this many days (default: 30)]:value: ' \
        '--quiet[with --log-file: log only to that file]' \
        '--system-timezone=[time zone of the log (default: the system'\''s)]:value: ' \
        '--help[show help]' \
        '*:argument:(DETR DFRA DGAT DEUR)' ;;
      coverage) _arguments '--month=[only this month, YYYY-MM]:value: ' \
        '--from=[from this date on, YYYY-MM-DD (default: the first stored trading day)]:value: ' \
        '--to=[up to this date, YYYY-MM-DD (default: today)]:value: ' \
        '--quotes[quotes instead of trades]' \
        '--json[print JSON, with every day]' \
        '--version[print the version]' \
        '--wrk-dir=[working directory; data and state lie below it]:value:_files -/' \
        '--log-level=[minimum level to log]:value:(DEBUG INFO WARNING ERROR)' \
        '--log-file=[log to this file as well; its folder is created]:value:_files' \
        '--log-rotate-size=[rotate the log file at this size, or off (default: 10M)]:value: ' \
        '--log-keep-days=[delete rotated log files after this many days (default: 30)]:value: ' \
        '--quiet[with --log-file: log only to that file]' \
        '--system-timezone=[time zone of the log (default: the system'\''s)]:value: ' \
        '--help[show help]' \
        '*:argument:(DETR DFRA DGAT DEUR)' ;;
      trades) _arguments '--isin=[of these: ISINs separated by commas, or @FILE with one per line]:value: ' \
        '--date=[this trading day, YYYY-MM-DD]:value: ' \
        '--from=[the trading days from this date on, YYYY-MM-DD]:value: ' \
        '--to=[the trading days up to this date, YYYY-MM-DD]:value: ' \
        '--corrected[apply corrections: each trade once, without those that were cancelled]' \
        '--csv[print CSV]' \
        '--json[print JSON]' \
        '--version[print the version]' \
        '--wrk-dir=[working directory; data and state lie below it]:value:_files -/' \
        '--log-level=[minimum level to log]:value:(DEBUG INFO WARNING ERROR)' \
        '--log-file=[log to this file as well; its folder is created]:value:_files' \
        '--log-rotate-size=[rotate the log file at this size, or off (default: 10M)]:value: ' \
        '--log-keep-days=[delete rotated log files after this many days (default: 30)]:value: ' \
        '--quiet[with --log-file: log only to that file]' \
        '--system-timezone=[time zone of the log (default: the system'\''s)]:value: ' \
        '--help[show help]' \
        '*:argument:(DETR DFRA DGAT DEUR)' ;;
      bars) _arguments '--date=[this trading day, YYYY-MM-DD]:value: ' \
        '--month=[the trading days of this month, YYYY-MM]:value: ' \
        '--from=[the trading days from this date on, YYYY-MM-DD]:value: ' \
        '--to=[the trading days up to this date, YYYY-MM-DD]:value: ' \
        '--all[every stored trading day]' \
        '--isin=[print only these: ISINs separated by commas, or @FILE with one per line]:value: ' \
        '--interval=[bars of this length; 1m and 1d are stored, others are made from one-minute bars]:value:(1m 5m 15m 30m 1h 1d)' \
        '--currency=[print only lines in this currency, such as EUR]:value: ' \
        '--csv[print CSV]' \
        '--json[print JSON]' \
        '--output=[print into a file: CSV, or JSON with --json]:value:_files' \
        '--version[print the version]' \
        '--wrk-dir=[working directory; data and state lie below it]:value:_files -/' \
        '--log-level=[minimum level to log]:value:(DEBUG INFO WARNING ERROR)' \
        '--log-file=[log to this file as well; its folder is created]:value:_files' \
        '--log-rotate-size=[rotate the log file at this size, or off (default: 10M)]:value: ' \
        '--log-keep-days=[delete rotated log files after this many days (default: 30)]:value: ' \
        '--quiet[with --log-file: log only to that file]' \
        '--system-timezone=[time zone of the log (default: the system'\''s)]:value: ' \
        '--help[show help]' \
        '*:argument:(DETR DFRA DGAT DEUR)' ;;
      closes) _arguments '--date=[this trading day, YYYY-MM-DD (default: the last stored one that is over)]:value: ' \
        '--isin=[only these: ISINs separated by commas, or @FILE with one per line]:value: ' \
        '--csv[print CSV]' \
        '--json[print JSON]' \
        '--version[print the version]' \
        '--wrk-dir=[working directory; data and state lie below it]:value:_files -/' \
        '--log-level=[minimum level to log]:value:(DEBUG INFO WARNING ERROR)' \
        '--log-file=[log to this file as well; its folder is created]:value:_files' \
        '--log-rotate-size=[rotate the log file at this size, or off (default: 10M)]:value: ' \
        '--log-keep-days=[delete rotated log files after this many days (default: 30)]:value: ' \
        '--quiet[with --log-file: log only to that file]' \
        '--system-timezone=[time zone of the log (default: the system'\''s)]:value: ' \
        '--help[show help]' \
        '*:argument:(DETR DFRA DGAT DEUR)' ;;
      quotes) _arguments '--isin=[of these: ISINs separated by commas, or @FILE with one per line]:value: ' \
        '--at=[at this time, such as 17:30 or 2026-09-01T17:30 in Frankfurt]:value: ' \
        '--from=[from this time or date on]:value: ' \
        '--to=[up to this time or date, which is included]:value: ' \
        '--every=[one row for each step, instead of one for each change]:value:(1s 1m 5m 15m 30m 1h)' \
        '--csv[print CSV]' \
        '--json[print JSON]' \
        '--output=[print into a file: CSV, or JSON with --json]:value:_files' \
        '--version[print the version]' \
        '--wrk-dir=[working directory; data and state lie below it]:value:_files -/' \
        '--log-level=[minimum level to log]:value:(DEBUG INFO WARNING ERROR)' \
        '--log-file=[log to this file as well; its folder is created]:value:_files' \
        '--log-rotate-size=[rotate the log file at this size, or off (default: 10M)]:value: ' \
        '--log-keep-days=[delete rotated log files after this many days (default: 30)]:value: ' \
        '--quiet[with --log-file: log only to that file]' \
        '--system-timezone=[time zone of the log (default: the system'\''s)]:value: ' \
        '--help[show help]' \
        '*:argument:(DETR DFRA DGAT DEUR)' ;;
      marks) _arguments '--date=[this trading day, YYYY-MM-DD (default: the last stored one)]:value: ' \
        '--at=[at this time of day, such as 17:30, in Frankfurt]:value: ' \
        '--close[the last quote with a price on both sides (default)]' \
        '--isin=[only these: ISINs separated by commas, or @FILE with one per line]:value: ' \
        '--csv[print CSV]' \
        '--json[print JSON]' \
        '--output=[print into a file: CSV, or JSON with --json]:value:_files' \
        '--version[print the version]' \
        '--wrk-dir=[working directory; data and state lie below it]:value:_files -/' \
        '--log-level=[minimum level to log]:value:(DEBUG INFO WARNING ERROR)' \
        '--log-file=[log to this file as well; its folder is created]:value:_files' \
        '--log-rotate-size=[rotate the log file at this size, or off (default: 10M)]:value: ' \
        '--log-keep-days=[delete rotated log files after this many days (default: 30)]:value: ' \
        '--quiet[with --log-file: log only to that file]' \
        '--system-timezone=[time zone of the log (default: the system'\''s)]:value: ' \
        '--help[show help]' \
        '*:argument:(DETR DFRA DGAT DEUR)' ;;
      connect) _arguments '--output=[write this file (default: views.sql in the working directory'\''s .xetra-parqed)]:value:_files' \
        '--version[print the version]' \
        '--wrk-dir=[working directory; data and state lie below it]:value:_files -/' \
        '--log-level=[minimum level to log]:value:(DEBUG INFO WARNING ERROR)' \
        '--log-file=[log to this file as well; its folder is created]:value:_files' \
        '--log-rotate-size=[rotate the log file at this size, or off (default: 10M)]:value: ' \
        '--log-keep-days=[delete rotated log files after this many days (default: 30)]:value: ' \
        '--quiet[with --log-file: log only to that file]' \
        '--system-timezone=[time zone of the log (default: the system'\''s)]:value: ' \
        '--help[show help]' \
        '*:argument:(DETR DFRA DGAT DEUR)' ;;
      verify) _arguments '--date=[only this date, YYYY-MM-DD]:value: ' \
        '--month=[only this month, YYYY-MM]:value: ' \
        '--all[everything (the default)]' \
        '--repair[keep damaged files under another name, and rebuild them from the raw files]' \
        '--from=[with --repair: take what cannot be rebuilt from another working directory, or a copy of it]:value:_files -/' \
        '--quotes[quotes instead of trades]' \
        '--api-url=[another file service, on this machine (replica, tests)]:value: ' \
        '--quota-file=[as for fetch-trades: the download of a daily file counts]:value:_files' \
        '--json[print JSON]' \
        '--version[print the version]' \
        '--wrk-dir=[working directory; data and state lie below it]:value:_files -/' \
        '--log-level=[minimum level to log]:value:(DEBUG INFO WARNING ERROR)' \
        '--log-file=[log to this file as well; its folder is created]:value:_files' \
        '--log-rotate-size=[rotate the log file at this size, or off (default: 10M)]:value: ' \
        '--log-keep-days=[delete rotated log files after this many days (default: 30)]:value: ' \
        '--quiet[with --log-file: log only to that file]' \
        '--system-timezone=[time zone of the log (default: the system'\''s)]:value: ' \
        '--help[show help]' \
        '*:argument:(DETR DFRA DGAT DEUR)' ;;
      reprocess|reprocess-raw-cache) _arguments '--date=[only this date, YYYY-MM-DD]:value: ' \
        '--force[all raw files; what they give now takes precedence over what is stored]' \
        '--accept=[stop reporting this file; a daily file that contradicts the minute files is stored all the same]:value: ' \
        '--quotes[quotes instead of trades]' \
        '--json[print JSON]' \
        '--version[print the version]' \
        '--wrk-dir=[working directory; data and state lie below it]:value:_files -/' \
        '--log-level=[minimum level to log]:value:(DEBUG INFO WARNING ERROR)' \
        '--log-file=[log to this file as well; its folder is created]:value:_files' \
        '--log-rotate-size=[rotate the log file at this size, or off (default: 10M)]:value: ' \
        '--log-keep-days=[delete rotated log files after this many days (default: 30)]:value: ' \
        '--quiet[with --log-file: log only to that file]' \
        '--system-timezone=[time zone of the log (default: the system'\''s)]:value: ' \
        '--help[show help]' \
        '*:argument:(DETR DFRA DGAT DEUR)' ;;
      cleanup-raw|cleanup-raw-cache) _arguments '--quotes[quotes instead of trades]' \
        '--keep-days=[keep the files of this many dates, including today (default: 7, of quotes 0)]:value: ' \
        '--dry-run[show what would be deleted; delete nothing]' \
        '--json[print what was done as JSON]' \
        '--version[print the version]' \
        '--wrk-dir=[working directory; data and state lie below it]:value:_files -/' \
        '--log-level=[minimum level to log]:value:(DEBUG INFO WARNING ERROR)' \
        '--log-file=[log to this file as well; its folder is created]:value:_files' \
        '--log-rotate-size=[rotate the log file at this size, or off (default: 10M)]:value: ' \
        '--log-keep-days=[delete rotated log files after this many days (default: 30)]:value: ' \
        '--quiet[with --log-file: log only to that file]' \
        '--system-timezone=[time zone of the log (default: the system'\''s)]:value: ' \
        '--help[show help]' \
        '*:argument:(DETR DFRA DGAT DEUR)' ;;
      consolidate-month) _arguments '--month=[this month, YYYY-MM]:value: ' \
        '--all[every month that has ended and has a stored day]' \
        '--yes[do not ask; also take a month that is not over or lacks days]' \
        '--json[print what was done as JSON]' \
        '--version[print the version]' \
        '--wrk-dir=[working directory; data and state lie below it]:value:_files -/' \
        '--log-level=[minimum level to log]:value:(DEBUG INFO WARNING ERROR)' \
        '--log-file=[log to this file as well; its folder is created]:value:_files' \
        '--log-rotate-size=[rotate the log file at this size, or off (default: 10M)]:value: ' \
        '--log-keep-days=[delete rotated log files after this many days (default: 30)]:value: ' \
        '--quiet[with --log-file: log only to that file]' \
        '--system-timezone=[time zone of the log (default: the system'\''s)]:value: ' \
        '--help[show help]' \
        '*:argument:(DETR DFRA DGAT DEUR)' ;;
      adopt) _arguments '--all[every venue that the predecessor has stored]' \
        '--from=[its working directory, if it is not this one; nothing is changed there]:value:_files -/' \
        '--dry-run[show what would be adopted; change nothing]' \
        '--delete-originals[delete its files whose trades are proved to be stored]' \
        '--json[print what was done as JSON]' \
        '--version[print the version]' \
        '--wrk-dir=[working directory; data and state lie below it]:value:_files -/' \
        '--log-level=[minimum level to log]:value:(DEBUG INFO WARNING ERROR)' \
        '--log-file=[log to this file as well; its folder is created]:value:_files' \
        '--log-rotate-size=[rotate the log file at this size, or off (default: 10M)]:value: ' \
        '--log-keep-days=[delete rotated log files after this many days (default: 30)]:value: ' \
        '--quiet[with --log-file: log only to that file]' \
        '--system-timezone=[time zone of the log (default: the system'\''s)]:value: ' \
        '--help[show help]' \
        '*:argument:(DETR DFRA DGAT DEUR)' ;;
      merge) _arguments '--from=[the other working directory, or a copy of it; nothing is changed there]:value:_files -/' \
        '--quotes[quotes instead of trades]' \
        '--dry-run[show what would be taken over; change nothing]' \
        '--json[print what was done as JSON]' \
        '--version[print the version]' \
        '--wrk-dir=[working directory; data and state lie below it]:value:_files -/' \
        '--log-level=[minimum level to log]:value:(DEBUG INFO WARNING ERROR)' \
        '--log-file=[log to this file as well; its folder is created]:value:_files' \
        '--log-rotate-size=[rotate the log file at this size, or off (default: 10M)]:value: ' \
        '--log-keep-days=[delete rotated log files after this many days (default: 30)]:value: ' \
        '--quiet[with --log-file: log only to that file]' \
        '--system-timezone=[time zone of the log (default: the system'\''s)]:value: ' \
        '--help[show help]' \
        '*:argument:(DETR DFRA DGAT DEUR)' ;;
      export) _arguments '--to=[the folder of the lake; created if it does not exist]:value:_files -/' \
        '--month=[this month, YYYY-MM]:value: ' \
        '--all[every stored month]' \
        '--what=[what to export, separated by commas: trades, bars, closes, quotes]:value: ' \
        '--json[print what was done as JSON]' \
        '--version[print the version]' \
        '--wrk-dir=[working directory; data and state lie below it]:value:_files -/' \
        '--log-level=[minimum level to log]:value:(DEBUG INFO WARNING ERROR)' \
        '--log-file=[log to this file as well; its folder is created]:value:_files' \
        '--log-rotate-size=[rotate the log file at this size, or off (default: 10M)]:value: ' \
        '--log-keep-days=[delete rotated log files after this many days (default: 30)]:value: ' \
        '--quiet[with --log-file: log only to that file]' \
        '--system-timezone=[time zone of the log (default: the system'\''s)]:value: ' \
        '--help[show help]' \
        '*:argument:(DETR DFRA DGAT DEUR)' ;;
      serve) _arguments '--listen=[where to listen, on loopback (default: 127.0.0.1:8765)]:value: ' \
        '--daemon-log=[the daemon'\''s log file, to show its warnings]:value:_files' \
        '--version[print the version]' \
        '--wrk-dir=[working directory; data and state lie below it]:value:_files -/' \
        '--log-level=[minimum level to log]:value:(DEBUG INFO WARNING ERROR)' \
        '--log-file=[log to this file as well; its folder is created]:value:_files' \
        '--log-rotate-size=[rotate the log file at this size, or off (default: 10M)]:value: ' \
        '--log-keep-days=[delete rotated log files after this many days (default: 30)]:value: ' \
        '--quiet[with --log-file: log only to that file]' \
        '--system-timezone=[time zone of the log (default: the system'\''s)]:value: ' \
        '--help[show help]' \
        '*:argument:(DETR DFRA DGAT DEUR)' ;;
      install-service) _arguments '--user=[the user to run as (default: xetra)]:value: ' \
        '--dynamic-user[let systemd create the user while the service runs; for a single daemon]' \
        '--per-venue[a daemon for each venue, by a template, instead of one for all]' \
        '--interval=[as for fetch-trades --daemon]:value: ' \
        '--active-hours=[as for fetch-trades --daemon]:value: ' \
        '--publish-every=[as for fetch-trades --daemon]:value: ' \
        '--no-bars[as for fetch-trades --daemon]' \
        '--quotes=[as for fetch-trades --daemon: quotes beside the trades, by the same daemon]:value: ' \
        '--quotes-bonds[with --quotes: only quotes in percent, those of bonds]' \
        '--binary=[where the service finds this program]:value:_files' \
        '--root=[install into the machine image below this folder]:value:_files -/' \
        '--dry-run[show what would be done; change nothing]' \
        '--print[print the unit; change nothing]' \
        '--version[print the version]' \
        '--wrk-dir=[working directory; data and state lie below it]:value:_files -/' \
        '--log-level=[minimum level to log]:value:(DEBUG INFO WARNING ERROR)' \
        '--log-file=[log to this file as well; its folder is created]:value:_files' \
        '--log-rotate-size=[rotate the log file at this size, or off (default: 10M)]:value: ' \
        '--log-keep-days=[delete rotated log files after this many days (default: 30)]:value: ' \
        '--quiet[with --log-file: log only to that file]' \
        '--system-timezone=[time zone of the log (default: the system'\''s)]:value: ' \
        '--help[show help]' \
        '*:argument:(DETR DFRA DGAT DEUR)' ;;
      uninstall-service) _arguments '--root=[from the machine image below this folder]:value:_files -/' \
        '--dry-run[show what would be removed; remove nothing]' \
        '--version[print the version]' \
        '--wrk-dir=[working directory; data and state lie below it]:value:_files -/' \
        '--log-level=[minimum level to log]:value:(DEBUG INFO WARNING ERROR)' \
        '--log-file=[log to this file as well; its folder is created]:value:_files' \
        '--log-rotate-size=[rotate the log file at this size, or off (default: 10M)]:value: ' \
        '--log-keep-days=[delete rotated log files after this many days (default: 30)]:value: ' \
        '--quiet[with --log-file: log only to that file]' \
        '--system-timezone=[time zone of the log (default: the system'\''s)]:value: ' \
        '--help[show help]' ;;
      completion) _arguments '--version[print the version]' \
        '--wrk-dir=[working directory; data and state lie below it]:value:_files -/' \
        '--log-level=[minimum level to log]:value:(DEBUG INFO WARNING ERROR)' \
        '--log-file=[log to this file as well; its folder is created]:value:_files' \
        '--log-rotate-size=[rotate the log file at this size, or off (default: 10M)]:value: ' \
        '--log-keep-days=[delete rotated log files after this many days (default: 30)]:value: ' \
        '--quiet[with --log-file: log only to that file]' \
        '--system-timezone=[time zone of the log (default: the system'\''s)]:value: ' \
        '--help[show help]' \
        '*:argument:(bash zsh fish)' ;;
      help) _arguments '--version[print the version]' \
        '--wrk-dir=[working directory; data and state lie below it]:value:_files -/' \
        '--log-level=[minimum level to log]:value:(DEBUG INFO WARNING ERROR)' \
        '--log-file=[log to this file as well; its folder is created]:value:_files' \
        '--log-rotate-size=[rotate the log file at this size, or off (default: 10M)]:value: ' \
        '--log-keep-days=[delete rotated log files after this many days (default: 30)]:value: ' \
        '--quiet[with --log-file: log only to that file]' \
        '--system-timezone=[time zone of the log (default: the system'\''s)]:value: ' \
        '--help[show help]' \
        '*:argument:(fetch-trades fetch-quotes status list-files check-status check-partial coverage trades bars closes quotes marks connect verify reprocess reprocess-raw-cache cleanup-raw cleanup-raw-cache consolidate-month adopt merge export serve install-service uninstall-service completion help)' ;;
      esac ;;
  esac
}
if [ "$funcstack[1]" = "_xetra_parqed" ]; then _xetra_parqed "$@"; else compdef _xetra_parqed xetra-parqed; fi
