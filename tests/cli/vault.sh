#!/bin/bash
# What opens the store: a key file, a passphrase, a recovery key; asked for, given by a descriptor, or by a program. Nothing of
# them stays anywhere, and the mail is there each time.
. "$(dirname "$0")/../support/cli.sh"
type_at() { python3 "$(dirname "$0")/../support/type.py" "$@"; }
sim_start --generate 12
store=$XDG_DATA_HOME/postern first="correct horse" second="Käfig im Garten"
subjects() { "$postern" mail list --fields subject "$@"; }

add_account
run 0 "sync" "$postern" sync --once -q --no-input
before=$(subjects)
run 0 "vault status" "$postern" vault status
has "a key file opens it" "Key file:          yes" "$out"
has "and no passphrase" "Passphrase:        no" "$out"
"$postern" config set vault.cache_min 0 -q

# ---- a passphrase ----
run 2 "a short one is refused" "$postern" passwd --new-passphrase-fd 3 3<<< "short"
has "with the reason" "at least 8 characters" "$said"
run 4 "without anybody to ask" "$postern" passwd --no-input
run 0 "passwd asks twice" type_at "New passphrase:=>$first\n" "The same again:=>$first\n" -- "$postern" passwd
lacks "and shows nothing" "$first" "$out"
[ ! -e "$store/key" ]; tap $? "the key file is gone"
run 4 "now it is needed" "$postern" mail list --no-input
has "and how to give it is said" "--passphrase-fd" "$said"
is "by descriptor" "$before" "$(subjects --passphrase-fd 3 3<<< "$first")"
run 4 "a wrong one" "$postern" mail list --passphrase-fd 3 3<<< "correct house"
has "is named" "--passphrase-fd does not open the store" "$said"
run 0 "at the terminal, at the second try" type_at "Passphrase of the store:=>wrong\n" "does not fit=>$first\n" -- "$postern" mail list
run 4 "not at the fourth" type_at "store:=>a\n" "fit=>b\n" "fit=>c\n" -- "$postern" mail list
run 130 "^C" type_at "store:=>\x03" -- "$postern" mail list
run 2 "two that differ change nothing" type_at "store:=>$first\n" "New=>$second\n" "same=>$second!\n" -- "$postern" passwd
run 0 "a change asks for the old one" type_at "store:=>$first\n" "New=>$second\n" "same=>$second\n" -- "$postern" passwd
is "which is over" "" "$(subjects --passphrase-fd 3 3<<< "$first" 2> /dev/null)"
is "the new one opens" "$before" "$(subjects --passphrase-fd 3 3<<< "$second")"
run 0 "vault status" "$postern" vault status --fields passphrase,key_file --passphrase-fd 3 3<<< "$second"
is "says so" "yes	no" "$out"

# ---- a program, and the kernel's memory ----
printf '%s\n' "$second" > "$work/second"; chmod 600 "$work/second"
"$postern" config set vault.key_command "cat $work/second" -q
is "a program gives it" "$before" "$(subjects --no-input)"
run 0 "sync by cron" "$postern" sync --once -q --no-input
"$postern" config set vault.cache_min 5 -q
is "with a memory" "$before" "$(subjects --no-input)"
"$postern" config set vault.key_command "false" -q
if [ "$before" = "$(subjects --no-input 2> /dev/null)" ]; then
	tap 0 "nothing is asked for a while"
	run 0 "vault forget" "$postern" vault forget
else
	tap 0 "nothing is asked for a while # SKIP no keyrings here"
fi
run 4 "then it is needed again" "$postern" mail list --no-input
"$postern" config set vault.cache_min 0 -q
"$postern" config set vault.key_command "" -q

# ---- paper, and back to a file ----
run 0 "vault recovery" "$postern" vault recovery --passphrase-fd 3 3<<< "$second"
paper=$out
[[ $paper =~ ^([0-9A-Z]{4}-){8}[0-9A-Z]{4}$ ]]; tap $? "shows nine groups"
is "which open it" "$before" "$(subjects --passphrase-fd 3 3<<< "${paper,,}")"
run 4 "a slip of the pen does not" "$postern" mail list --passphrase-fd 3 3<<< "${paper:1}0"
run 2 "the passphrase is the last key" "$postern" vault remove passphrase --passphrase-fd 3 3<<< "$second"
has "and stays" "set another first" "$said"
run 0 "vault keyfile" "$postern" vault keyfile --passphrase-fd 3 3<<< "$paper"
is "it is private" 600 "$(stat -c %a "$store/key")"
run 0 "vault remove" "$postern" vault remove passphrase
run 0 "and the paper's" "$postern" vault remove recovery-key
run 3 "once" "$postern" vault remove recovery-key
run 2 "only what there is" "$postern" vault remove everything
is "nothing is asked any more" "$before" "$(subjects --no-input)"

# ---- a store that is made with a passphrase ----
rm -r "$store"
run 0 "the first start" type_at "1 or 2? [1]=>\n" "New passphrase:=>short\n" "again:=>short\n" "at least 8=>" "New passphrase:=>$first\n" "again:=>typo\n" \
	"differ=>" "New passphrase:=>$first\n" "again:=>$first\n" -- "$postern" vault status
lacks "shows nothing that is typed" "$first" "$out"
[ ! -e "$store/key" ]; tap $? "and makes no key file"
run 4 "it is asked for" "$postern" vault status --no-input
run 0 "and fits" "$postern" vault status --passphrase-fd 3 3<<< "$first"
rm -r "$store"
run 2 "a script's is too short" "$postern" vault status --no-input --passphrase-fd 3 3<<< "short"
[ ! -e "$store/slots" ]; tap $? "and nothing is made"
run 0 "a script's that fits" "$postern" vault status --no-input --passphrase-fd 3 3<<< "$second"
run 4 "is needed from then on" "$postern" vault status --no-input
rm -r "$store"
"$postern" config set vault.key_command "cat $work/second" -q
run 0 "one that a program gives" "$postern" vault status --no-input
[ ! -e "$store/key" ]; tap $? "is what opens it"
run 0 "again" "$postern" vault status --no-input

rm "$work/second"
is "no passphrase stays anywhere" "" "$(grep -rlF -e "$first" -e "$second" -e "$paper" "$work" --exclude=out --exclude=said)"
finish
