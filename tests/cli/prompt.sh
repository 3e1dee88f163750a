#!/bin/bash
# What a person is asked on a terminal, and that a password is never shown nor kept.
. "$(dirname "$0")/../support/cli.sh"
type_at() { python3 "$(dirname "$0")/../support/type.py" "$@"; }
sim_start --generate 20

run 0 "what is missing is asked for" type_at "Server=>$url\n" "sign in=>alice\n" "Password of alice:=>${password}x\x7f\n" -- \
	"$postern" account add alice@example.test --ca-file "$ca"
has "and the account is made" "signed in as alice" "$out"
lacks "the password is not shown" "$password" "$out"
is "nor kept" "" "$(grep -r "$password" "$XDG_CONFIG_HOME")"
# The first start, for a person: what shall open the store?
run 130 "^C makes no store" type_at "1 or 2? [1]=>\x03" -- "$postern" sync --once
[ ! -e "$XDG_DATA_HOME/postern/slots" ]; tap $? "none at all"
run 0 "a sync asks for it" type_at "1 or 2? [1]=>2\n" "Password (it is not stored):=>wrong\n" "refused=>" "Password (it is not stored):=>$password\n" -- "$postern" sync --once
lacks "and does not show it" "$password" "$out"
[ -e "$XDG_DATA_HOME/postern/key" ]; tap $? "a key file opens the store, as was chosen"
run 0 "mail is there" "$postern" mail list -n 3
run 130 "^C at a password" type_at "Password=>\x03" -- "$postern" account test
has "is said" "cancelled" "$out"
run 130 "no is no" type_at "[y/N]=>n\n" -- "$postern" account remove alice@example.test
run 0 "a list on a terminal" type_at "Subject=>" -- /usr/bin/env COLUMNS=80 TERM=xterm "$postern" mail list -n 3
has "has a bold heading" $'\033[1mId' "$out"
run 0 "without colours" type_at "Subject=>" -- /usr/bin/env TERM=xterm NO_COLOR=1 "$postern" mail list -n 3
lacks "if NO_COLOR is set" $'\033' "$out"
run 0 "progress shows on a terminal" type_at "Password=>$password\n" -- "$postern" export mail --out "$work/eml"
has "as a bar" "[###" "$out"
run 0 "but not with --quiet" type_at "Password=>$password\n" -- "$postern" export mail --out "$work/more" --quiet
lacks "as a bar" "[###" "$out"
run 0 "yes is yes" type_at "[y/N]=>y\n" -- "$postern" account remove alice@example.test
finish
