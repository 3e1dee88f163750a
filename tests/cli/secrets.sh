#!/bin/bash
# T-55: a password, and what is made of it, is found nowhere afterwards: not in a file, a log, an answer or the arguments and
# environment of a child; plain, in base64 (alone, and with the name as Basic sends it), in hexadecimal or in UTF-16.
. "$(dirname "$0")/../support/cli.sh"
sim_start --generate 20,folders=2
canary=Kanarienvogel-7f3a91c2-geheim
sim_order "password value=$canary" > /dev/null

# The command that says it is slow, so that one can look at the processes meanwhile.
mkfifo "$work/go"
cat > "$work/say" <<- END
	#!/bin/sh
	[ -e "$work/slow" ] && { : > "$work/asked"; read -r _ < "$work/go"; }
	tr a-z n-za-m < "$work/rot"
END
chmod 700 "$work/say"
mkdir "$work/elsewhere"
printf '%s\n' "$canary" | tr a-z n-za-m > "$work/rot"     # no file of ours holds it in the open

{
	printf '%s\n' "$canary"
	printf '%s' "$canary" | base64 -w0 | cut -c1-36; printf 'alice:%s' "$canary" | base64 -w0 | cut -c1-44
	printf '%s' "$canary" | od -An -tx1 | tr -d ' \n'; echo
} > "$work/elsewhere/forms"
forms() { cat "$work/elsewhere/forms"; printf '%s' "$canary" | iconv -t UTF-16LE | base64 -w0 | cut -c1-60; }
# Counts in files raw, and after their NULs are gone (UTF-16).
leaks() {
	local file
	find "$@" -type f -not -path "$work/elsewhere/*" | while read -r file; do
		forms | grep -qaiFf - "$file" && echo "$file"
		tr -d '\0' < "$file" | grep -qaF "$canary" && echo "$file (UTF-16)"
	done
}
everything() { leaks "$work"; }

run 0 "add an account" "$postern" account add alice@example.test --server "$url" --user alice --password-command "$work/say" --ca-file "$ca" --no-input -vvv
is "the password is nowhere" "" "$(everything)"
for command in "sync --once --no-input -vvv" "account test -vvv" "account show --json" "doctor --json -vvv" "status --json" \
	"config list --json" "mail list --json -vvv" "account add bob@example.test --server $url --user alice --password-command false --no-input --json"; do
	"$postern" $command > "$work/out.$((count))" 2> "$work/said.$((count))"
	is "after $command" "" "$(everything)"
done
[ "$(cat "$work"/said.* | wc -c)" -gt 1000 ]; tap $? "though the log says much"
grep -q ' wire sync: .*: HTTP 200, [0-9]* bytes after ' "$work"/said.*; tap $? "also of the wire"
"$postern" config set log.level debug -q
run 0 "with a log file" "$postern" sync --once --no-input -q
[ -s "$XDG_STATE_HOME/postern/log" ]; tap $? "which is written"
is "the password is not in it" "" "$(everything)"

# A server that answers with what it was told, in an error page and in a header.
sim_order "fault cmd=FolderSync http=451 location=https://alice:$canary@elsewhere.invalid/$canary count=1" > /dev/null
rm -f "$work/exsim.log"
"$postern" sync --once --no-input --json -vvv > "$work/out.451" 2> "$work/said.451"
sim_order clear-faults > /dev/null
grep -q "alice:" "$work/out.451" "$work/said.451"; [ $? = 1 ]; tap $? "the name and password of a URL are not repeated"

# While the command is asked: its arguments, its environment, and those of Postern itself.
: > "$work/slow"
"$postern" sync --once --no-input -q & pid=$!
for _ in $(seq 200); do [ -e "$work/asked" ] && break; read -rt 0.05 <> <(:); done
for process in $pid $(pgrep -P $pid); do tr '\0' '\n' < /proc/$process/cmdline; tr '\0' '\n' < /proc/$process/environ; done > "$work/processes" 2> /dev/null
lacks "no password in arguments or environment" "$canary" "$(cat "$work/processes")"
has "of Postern" "sync" "$(cat "$work/processes")"
[ "$(awk '/^Max core file size/ { print $5 }' /proc/$pid/limits)" = 0 ]; tap $? "a crash leaves no core"

echo go > "$work/go"
wait $pid; is "and the sync ends well" 0 $?
rm "$work/slow"

# By descriptor, wrong, and too long.
run 4 "a wrong one is refused, and the command does not step in" "$postern" sync --once --no-input --password-fd 3 -vvv 3<<< "falsch-$canary"
lacks "is not repeated" "$canary" "$said$out"
has "and said to be wrong" "The server refused the name or password" "$said"
run 4 "one of two lines, likewise" "$postern" sync --once --no-input --password-fd 3 --json 3<<< "falsch-$canary
zwei"
lacks "is not repeated" "$canary" "$said$out"
rm -f "$work/out" "$work/said"
is "at the end it is nowhere" "" "$(everything)"
finish
