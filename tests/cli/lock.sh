#!/bin/bash
# The lock from the command line: without a key, for whoever opens the store next; mail comes in meanwhile, what is written stays
# shut and is not sent, and only the passphrase ends it.
. "$(dirname "$0")/../support/cli.sh"
sim_start --generate 5,folders=2
passphrase="vier graue Reiher"
with() { "$postern" "$@" --no-input --passphrase-fd 3 3<<< "$passphrase"; }
submitted() { sim_order submissions | grep -cF "$1"; }

run 3 "there is no store yet" "$postern" lock
add_account
run 0 "sync" "$postern" sync --once -q --no-input
run 2 "a key file keeps nobody out" "$postern" lock
has "and what to do is said" "postern passwd" "$said"
"$postern" passwd --new-passphrase-fd 3 -q 3<<< "$passphrase"
"$postern" config set vault.cache_min 60 -q
run 0 "vault slots" with vault slots --fields kind
is "names the passphrase" "passphrase" "$out"
run 0 "a draft" with mail send --draft --to bob@example.test --subject Geheim -q <<< "Nur für Bob."
draft=$(with draft list --fields id)
run 0 "a mail that waits" with mail send --queue --to bob@example.test --subject Wartet -q <<< "Später."

run 0 "lock needs no key" "$postern" lock
run 0 "twice is fine" "$postern" lock
run 4 "what the kernel kept does not count" "$postern" mail list --no-input
run 0 "mail is read with the passphrase" with mail list
run 0 "vault status asks for nothing" "$postern" vault status --fields locked,passphrase,held --no-input
is "and says that it is locked" "yes	yes	no" "$out"
run 4 "a draft is shut" with draft show "$draft"
has "and how to open it is said" "postern unlock" "$said"
lacks "nothing of it is shown" "Bob." "$out"
run 4 "nothing is written" with mail send --draft --to bob@example.test --subject Neu <<< "Text"
has "and why is said" "the store is locked" "$said"
sim_order "deliver subject=Inzwischen" > /dev/null
run 0 "mail comes in" with sync --once -q
has "and is there" "Inzwischen" "$(with mail list --fields subject)"
is "nothing is sent" 0 "$(submitted Wartet)"
printf '#!/bin/sh\necho "%s"\n' "$passphrase" > "$work/key-command"; chmod 700 "$work/key-command"
"$postern" config set vault.key_command "$work/key-command" -q
run 4 "a program that knows the passphrase does not open it" "$postern" mail list --no-input
has "and why is said" "the store is locked" "$said"
run 4 "nor does it unlock" "$postern" unlock --no-input
run 0 "vault status" with vault status --fields locked
is "it stays locked" "yes" "$out"
"$postern" config set vault.key_command "" -q
run 4 "a wrong passphrase does not unlock" "$postern" unlock --no-input --passphrase-fd 3 3<<< "falsch"
run 4 "nor does none" "$postern" unlock --no-input
run 0 "the right one does" with unlock
run 0 "vault status" with vault status --fields locked
is "says so" "no" "$out"
run 0 "the draft is open" with draft show "$draft"
has "with its text" "Nur für Bob." "$out"
run 0 "what waited goes" with sync --once -q
is "once" 1 "$(submitted Wartet)"
run 0 "and the kernel's memory counts again" "$postern" mail list --no-input
"$postern" config set vault.key_command "$work/key-command" -q
"$postern" vault forget -q
run 0 "as does a program" "$postern" mail list --no-input

"$postern" config set vault.key_command "" -q
run 0 "a key file" with vault keyfile
mkdir "$work/stick"; mv "$XDG_DATA_HOME/postern/key" "$work/stick/key"
run 0 "which is taken away: it can be locked" "$postern" lock
head -c 32 /dev/urandom > "$work/stick/other"; chmod 600 "$work/stick/other"
run 4 "another file does not unlock" "$postern" unlock --no-input --key-file "$work/stick/other"
run 1 "nor does none" "$postern" unlock --no-input --key-file "$work/stick/none"
run 0 "vault status" "$postern" vault status --fields locked --no-input
is "it stays locked" "yes" "$out"
run 0 "the right one does" "$postern" unlock --no-input --key-file "$work/stick/key"
run 0 "the draft is open" with draft show "$draft"
has "again" "Nur für Bob." "$out"
finish
