#!/bin/bash
# Attachments and whole mails on a real terminal (tmux) against the simulator: fetched, read, saved, piped.
cd "${POSTERN_TOP:?}" || exit 1
work=$(mktemp -d) n=0 failed=0
export XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data XDG_STATE_HOME=$work/state XDG_CACHE_HOME=$work/cache XDG_RUNTIME_DIR=$work/run
export LC_ALL=C.UTF-8 TZ=UTC HOME=$work
mkdir -p "$work/run"; mkfifo "$work/clock"; exec 9<> "$work/clock"
tm() { tmux -S "$work/tmux" -f /dev/null "$@"; }
end() { tm kill-server 2> /dev/null; [ -n "${sim:-}" ] && kill "$sim" 2> /dev/null; wait 2> /dev/null; rm -rf "$work"; }
trap end EXIT

tap() { n=$((n + 1)); if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; failed=1; fi; }
screen() { tm capture-pane -p; }
until_true() { for _ in $(seq 200); do "$@" && return 0; read -rt 0.05 -u 9; done; return 1; }
shows() { screen | grep -qF -- "$1"; }
see() { until_true shows "$1"; local rc=$?; tap $rc "$2"; [ $rc = 0 ] || screen | sed 's/^/# /'; }
keys() { tm send-keys "$@"; }
order() { "$POSTERN_BUILD/exsim" --control "$work/ctl" "$1" 2>&1; }

"$POSTERN_BUILD/exsim" --ready-file "$work/ready" --control "$work/ctl" --ca-file "$work/ca.pem" \
	--generate 5,folders=1,unread=1 --exit-with-parent > "$work/sim.log" 2>&1 & sim=$!
until_true test -s "$work/ready" || { echo "Bail out! the simulator does not start"; exit 1; }
url=$(sed -n 's/^url=//p' "$work/ready")
printf 'From: Ada <ada@example.org>\r\nTo: alice@example.test\r\nSubject: Figures to keep\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n--b\r\nContent-Type: text/csv; name=figures.csv\r\nContent-Disposition: attachment; filename=figures.csv\r\n\r\nyear,sum\r\n2026,42\r\n--b--\r\n' > "$work/mail.eml"
order "deliver file=$work/mail.eml" > "$work/delivered"
printf wonderland > "$work/password"; chmod 600 "$work/password"
"$POSTERN_BUILD/postern" account add alice@example.test --server "$url" --user alice --ca-file "$work/ca.pem" \
	--password-command "cat $work/password" > "$work/added" 2>&1 || sed 's/^/# /' "$work/added"

echo "1..10"
tm new-session -d -x 100 -y 30 "'$POSTERN_BUILD/postern' 2> '$work/err'; cat '$work/err'; cat"
see "Figures to keep" "the mail is here"
keys l; keys -l "subject:figures"; keys Enter
keys v
see "figures.csv" "v lists its file"
see "on server" "which is still on the server"
keys Enter
see "2026,42" "Enter fetches it and shows its text"
keys q s C-u; keys -l "$work/out/"; keys Enter
see "Saved as $work/out/figures.csv" "s saves it"
tap "$(grep -q 2026,42 "$work/out/figures.csv"; echo $?)" "whole"
tap "$([ "$(stat -c %a "$work/out/figures.csv")" = 600 ]; echo $?)" "for its owner alone"
keys "|"; keys -l "wc -c"; keys Enter
see "wc -c: 17" "a program gets it on its standard input"
keys q E C-u; keys -l "$work/out/whole.eml"; keys Enter
see "Saved as $work/out/whole.eml" "E saves the whole mail"
tap "$(grep -q "^Subject: Figures to keep" "$work/out/whole.eml"; echo $?)" "as the server has it"
exit $failed
