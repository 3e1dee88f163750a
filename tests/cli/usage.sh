#!/bin/bash
# What is typed wrongly is refused in one sentence that names the place and what to do; nothing needs a server.
. "$(dirname "$0")/../support/cli.sh"

run 0 "the version" "$postern" --version
is "is one line" "postern 0.1.0" "$out"
run 0 "help lists commands" "$postern" help
has "with their summary" "folder list" "$out"
run 2 "an unknown command" "$postern" acount list
is "names the nearest" "postern: there is no command “acount” (did you mean “account”?); “postern help” lists them" "$said"
run 2 "an unknown verb" "$postern" account ad
has "names the nearest" "did you mean “add”?" "$said"
run 2 "a noun alone" "$postern" config
has "lists its verbs" "list, get, set, check, path" "$said"
run 0 "the keys" "$postern" help keys
has "with the words for them" "^W w, F6, :focus-next" "$out"
run 0 "the help of a noun" "$postern" mail --help
has "lists its verbs with their summaries" "  mail search             " "$out"
lacks "and no others" "account" "$out"
run 0 "the same, asked for" "$postern" help mail
has "is the same" "Usage: postern mail VERB" "$out"
run 2 "the help of nothing" "$postern" mails --help
has "names the nearest" "did you mean “mail”?" "$said"
run 2 "an unknown option" "$postern" mail list --jsn
has "names the nearest" "mail list: there is no option --jsn (did you mean “--json”?)" "$said"
run 2 "a folder where none is looked at" "$postern" account list --folder inbox
has "is not ignored" "there is no option --folder" "$said"
run 2 "a number out of range" "$postern" mail list -n 0
has "says the range" "--limit takes a number from 1 to" "$said"
run 2 "a missing operand" "$postern" mail show
has "says which" "ID is missing" "$said"
run 2 "a word too many" "$postern" account default a b
has "says which" "“b” is one word too many" "$said"
run 2 "two forms at once" "$postern" account list --json --jsonl
run 2 "a failure in JSON" "$postern" mail lst --json
has "is an object" '{"ok":false,"error":{"code":"usage","message":' "$out"
has "that says whether to retry" '"retryable":false}}' "$out"
run 2 "what would steer the terminal" "$postern" "$(printf 'x\033[2Jy')"
lacks "is not printed" $'\033' "$said"

run 3 "no account yet" "$postern" mail list
has "says how to add one" "postern account add ADDRESS" "$said"
run 3 "an empty list of accounts" "$postern" account list --json
is "is a document" '{"ok":true,"schema_version":1,"data":[],"meta":{"count":0}}' "$out"
run 2 "not an address" "$postern" account add alice --server https://x.test --no-input
has "shows one" "alice@example.org" "$said"
run 2 "no server and nobody to ask" "$postern" account add a@b.test --no-input
has "names the option" "--server is missing" "$said"
run 4 "no password and nobody to ask" "$postern" account add a@b.test --server x.test --no-input
has "names the options" "--password-command or --password-fd" "$said"
run 2 "plain http" "$postern" account add a@b.test --server http://x.test --no-input
has "says what it means" "not encrypted" "$said"
run 2 "a password command that needs a shell" "$postern" account add a@b.test --server x.test --password-command 'a | b' --no-input
has "says that none is started" "needs a shell" "$said"
run 0 "an account that signs in later" "$postern" account add a@b.test --server x.test --offline --no-input
run 8 "the same again" "$postern" account add a@b.test --server x.test --offline --no-input
has "is there already" "there is an account “a@b.test” already" "$said"
is "its file is the owner's alone" 600 "$(stat -c %a "$XDG_CONFIG_HOME/postern/accounts/a@b.test.conf")"
run 0 "a second one" "$postern" account add c@d.test --server x.test --offline --no-input --account-name home
is "the first stays the default" "a@b.test" "$("$postern" account show --fields name)"
run 0 "the second one can be it" "$postern" account default home
run 0 "and is shown" "$postern" account show --fields name,address
is "by default" $'home\tc@d.test' "$out"
is "ids for xargs end with NUL" "home:a@b.test:" "$("$postern" account list -0 | tr '\0' :)"
run 3 "an unknown account" "$postern" account show hom
has "names the nearest" "did you mean “home”?" "$said"
run 2 "removing without a word" "$postern" account remove home --no-input
has "wants --yes" "--yes" "$said"
run 0 "removing" "$postern" account remove home --yes
run 0 "the default goes with it" "$postern" account show --fields name
is "to the one that is left" "a@b.test" "$out"
run 0 "and the settings" "$postern" config get accounts.default
is "name it no more" "" "$out"

config=$XDG_CONFIG_HOME/postern/config
run 0 "a setting" "$postern" config set list.limit 9
run 0 "is in force" "$postern" config get list.limit
is "at once" 9 "$out"
run 2 "a value that is not allowed" "$postern" config set output.color red
has "says what is" "auto, always or never" "$said"
run 2 "an unknown setting" "$postern" config get list.limmit
has "names the nearest" "did you mean “list.limit”?" "$said"
printf '# mine\n[list]\nlimt = 3\n' > "$config"
run 2 "a line that is not understood" "$postern" mail list
is "is named with file and line" "postern: $config, line 3: [list] has no key “limt” (did you mean “limit”?)" "$said"
run 2 "and checked for" "$postern" config check
run 0 "help works all the same" "$postern" help mail list
run 0 "and so do the places" "$postern" config path --fields config
is "of the file" "$config" "$out"
rm "$config"
run 0 "what one has made of it" "$postern" config set ui.theme light
run 0 "is printed" "$postern" config export
is "as a text" "postern-config 1
set ui.theme = light" "$out"
printf '%s\n' "$out" "file keys" " list x quit" > "$work/bundle"
run 0 "and may be tried" "$postern" config import "$work/bundle" --dry-run
[ ! -f "${config%/*}/keys" ]; tap $? "without a trace"
run 0 "and taken over" "$postern" config import "$work/bundle"
is "as it was" "list x quit" "$(cat "${config%/*}/keys")"
printf 'list y quit\n' > "${config%/*}/keys"
run 8 "but not over what differs" "$postern" config import "$work/bundle"
run 0 "unless that is said" "$postern" config import - --replace < "$work/bundle"
rm -f "$config"
printf 'list x quit\nlist y frobnicate\n' > "${config%/*}/keys"
run 2 "keys of one's own are checked, too" "$postern" config check
is "with file and line" "postern: ${config%/*}/keys, line 2: There is no command “frobnicate”; press ? for all of them." "$said"
rm "${config%/*}/keys"
chmod 640 "$XDG_CONFIG_HOME/postern/accounts/a@b.test.conf"
run 2 "an account file that others may read" "$postern" account list
has "says what to run" "chmod 600" "$said"
chmod 600 "$XDG_CONFIG_HOME/postern/accounts/a@b.test.conf"

for shell in bash zsh fish; do
	run 0 "completion for $shell" "$postern" completion $shell
	has "asks the program" "postern completion words --" "$out"
done
run 0 "completion of commands" "$postern" completion words -- acc
has "finds them" "account" "$out"
run 0 "completion of accounts" "$postern" completion words -- mail list -a a
has "finds them" "a@b.test" "$out"
run 0 "completion of values" "$postern" completion words -- mail list --color=al
is "keeps the option" $'--color=always\t' "$out"
run 0 "completion of files" "$postern" completion words -- account add --ca-file ""
is "is left to the shell" ":files" "$out"
if command -v bash > /dev/null; then
	eval "$("$postern" completion bash)"
	PATH=$build:$PATH COMP_WORDS=(postern fol) COMP_CWORD=1
	_postern postern fol postern
	is "bash offers the command" folder "${COMPREPLY[*]}"
fi

# A Turkish i is an i: options, commands, settings and words of ours are compared by ASCII rules.
if localedef -i tr_TR -f UTF-8 "$work/tr_TR.UTF-8" > /dev/null 2>&1; then
	turkish() { LOCPATH=$work LC_ALL=tr_TR.UTF-8 "$@"; }
	run 0 "in a Turkish locale, options" turkish "$postern" account list --fields name --limit 5
	run 2 "and suggestions" turkish "$postern" MAIL LIST
	has "work" "did you mean “mail”?" "$said"
	run 0 "and settings" turkish "$postern" config set list.limit 12
else
	tap 0 "in a Turkish locale # SKIP localedef cannot make one here"
fi

n=0
for verb in $("$postern" help --man verbs | sed -n 's/^\.SS postern \([a-z \\-]*[a-z]\).*/\1/p' | tr -d '\\' | tr ' ' _); do
	help=$("$postern" ${verb//_/ } --help)
	[ "$(grep -c '^  postern ' <<< "$help")" = 3 ] && grep -q '^Exit codes:' <<< "$help" || { note "$verb --help"; n=$((n + 1)); }
done
is "each --help has three examples and exit codes" 0 $n
finish
