#!/bin/bash
# Attachments and whole mails on a real terminal (tmux) against the simulator: fetched, read, saved, piped.
. "${POSTERN_TOP:?}/tests/support/tui.sh"
export HOME=$work
start_simulator --generate 5,folders=1,unread=1
printf 'From: Ada <ada@example.org>\r\nTo: alice@example.test\r\nSubject: Figures to keep\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n--b\r\nContent-Type: text/csv; name=figures.csv\r\nContent-Disposition: attachment; filename=figures.csv\r\n\r\nyear,sum\r\n2026,42\r\n--b--\r\n' > "$work/mail.eml"
order "deliver file=$work/mail.eml" > "$work/delivered"
add_account

echo "1..10"
start_postern 100 30
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
