#!/bin/bash
# T-56: two people on one machine. While Postern works for one, the other tries to read, change, plant, connect, trace; and what
# others could have written before the start is not acted upon.
. "$(dirname "$0")/../support/cli.sh"
if [ "$(id -u)" != 0 ] || ! command -v setpriv > /dev/null; then echo "1..0 # SKIP only root can be two people"; exit 0; fi
ada=40001 eve=40002 home=$work/home
mkdir -m 755 "$work/bin" "$home" "$work/shared"
cp "$build/postern" "$build/exsim" "$(dirname "$0")/../support/neighbour.py" "$work/bin/"
chmod 755 "$work/bin"/*; chmod 711 "$work"; chmod 1777 "$work/shared"; chown $ada:$ada "$home"
# as WHO COMMAND...: with a home and an umask as a distribution gives them
as() {
	local who=$1; shift
	(umask 022; exec setpriv --reuid="$who" --regid="$who" --clear-groups env -i PATH="$PATH" LC_ALL=C.UTF-8 HOME="$home" XDG_RUNTIME_DIR="$home/run" "$@")
}
postern=$work/bin/postern
as $ada mkdir -m 755 "$home/.config" "$home/.local" "$home/run"
sim_start --generate 40,folders=2
install -m 644 "$ca" "$work/authority.pem"
ours() { find "$home" -path "$home/*/postern*"; }

run 0 "an account" as $ada "$postern" account add alice@example.test --server "$url" --user alice --ca-file "$work/authority.pem" \
	--password-command "echo $password" --no-input -q
run 0 "its mail" as $ada "$postern" sync --once --no-input -q
run 0 "a draft" as $ada "$postern" mail send --draft --no-input --to bob@example.test --subject geheim <<< "nur für Bob"
run 0 "an export" as $ada "$postern" export mail --out "$home/eml" -q --no-input
as $ada "$postern" sync --watch --no-input -q 2> "$work/watch" &
watch=$!
for _ in $(seq 200); do [ -n "$(find "$home/run" -type s)" ] && break; read -rt 0.05 <> <(:); done
pid=$(pgrep -u $ada -f "sync --watch" | head -1)

# ---- while it works ----
ours > "$work/paths"
[ "$(wc -l < "$work/paths")" -gt 15 ] && grep -q '\.sock\|run/postern/' "$work/paths"; tap $? "files, folders and a socket"
got=$(as $eve python3 "$work/bin/neighbour.py" "$pid" < "$work/paths")
is "nothing that a neighbour tries succeeds" "" "$(grep -v ^tried <<< "$got")"
[ "$(sed -n 's/^tried //p' <<< "$got")" -ge 300 ]; tap $? "of hundreds of attempts"; note "$(tail -1 <<< "$got")"
kill -0 "$pid"; tap $? "and it goes on"
grep -a . "/proc/$pid/cmdline" | tr '\0' '\n' | grep -q "$password"; [ $? = 1 ]; tap $? "its arguments hold no secret"
is "not even its owner reads its memory" "" "$(as $ada python3 "$work/bin/neighbour.py" "$pid" < /dev/null | grep -E 'mem|environ|maps|ptrace|process_vm|descriptor')"
kill "$watch" 2> /dev/null; wait "$watch" 2> /dev/null

# ---- what was prepared ----
refused() { run "$1" "$2" as $ada timeout 20 "${@:4}"; has "and says why" "$3" "$said"; }
config=$home/.config/postern
as $ada "$postern" config set mail.archive_folder Archive -q
chmod 666 "$config/config"; refused 2 "settings that others may change" "run: chmod go-w" "$postern" status --no-input; chmod 600 "$config/config"
chown $eve "$config/config"; chmod 644 "$config/config"; refused 2 "settings of another" "belongs to another user" "$postern" status --no-input
chown $ada "$config/config"; chmod 600 "$config/config"
chmod 777 "$config"; refused 2 "a folder of settings that others may change" "run: chmod go-w" "$postern" status --no-input; chmod 700 "$config"
chmod 644 "$config/accounts/"*.conf; refused 2 "an account that others may read" "chmod 600" "$postern" status --no-input; chmod 600 "$config/accounts/"*.conf
mv "$config/config" "$config/kept"; mkfifo "$config/config"; chown $ada "$config/config"
refused 1 "a pipe in place of the settings" "it is a pipe" "$postern" status --no-input
rm "$config/config"; mv "$config/kept" "$config/config"
store=$home/.local/share/postern
chmod 777 "$store"; refused 2 "a store where others may write" "run: chmod go-w" "$postern" mail list --no-input; chmod 700 "$store"
chmod 644 "$store/key"; refused 1 "a key that others may read" "chmod 600" "$postern" mail list --no-input; chmod 600 "$store/key"
as $ada "$postern" config set ca "" -q 2> /dev/null
chmod 666 "$work/authority.pem"; refused 2 "authorities that others may change" "run: chmod go-w" "$postern" account test --no-input; chmod 644 "$work/authority.pem"

# A folder for the socket that a neighbour made first, with a socket in it: nobody is told anything there.
as $eve mkdir -m 777 "$work/shared/postern"
as $eve python3 - "$work/shared/postern" <<- 'PYTHON' &
	import os, socket, sys
	folder, name = sys.argv[1], "store.sock"
	listener = socket.socket(socket.AF_UNIX)
	listener.bind(os.path.join(folder, name)); listener.listen(); listener.settimeout(20)
	try:
	    print(listener.accept()[0].recv(100))
	except OSError:
	    pass
PYTHON
fake=$!
run 0 "a folder that a neighbour made is not used" as $ada env XDG_RUNTIME_DIR="$work/shared" "$postern" sync --once --no-input
is "for anything" "" "$(find "$work/shared/postern" -user $ada)"
kill $fake 2> /dev/null; wait $fake 2> /dev/null
as $eve rm -r "$work/shared/postern"; as $eve mkdir -m 755 "$work/shared/elsewhere"; as $eve ln -s "$work/shared/elsewhere" "$work/shared/postern"
run 0 "nor a link" as $ada env XDG_RUNTIME_DIR="$work/shared" "$postern" sync --once --no-input
is "for anything" "" "$(find "$work/shared/elsewhere" -user $ada)"
refused 2 "nor is a store laid where a neighbour's link points" "belongs to another user" env XDG_DATA_HOME="$work/shared" "$postern" mail list --no-input
is "nothing is written there" "" "$(find "$work/shared/elsewhere" -user $ada)"

# It needs no common folder for what it writes in between.
mkdir -m 555 "$work/closed"
run 0 "without a folder for temporary files" as $ada env TMPDIR="$work/closed" "$postern" mail list --no-input
run 0 "all is as before" as $ada "$postern" sync --once --no-input -q
finish
