#!/bin/bash
# Pictures that a mail names on a server: no request before the person asks, one each then, and none for a second look.
. "${POSTERN_TOP:?}/tests/support/tui.sh"
unset https_proxy HTTPS_PROXY http_proxy all_proxy ALL_PROXY
start_simulator --empty
add_account
web=${url%/*}/pictures
config() { "$POSTERN_BUILD/postern" config set "$@"; }
# asked PATH: how often; asked: for all of them
asked() { order ledger | grep -c "\"cmd\":\"/pictures/${1:-}"; }
is_asked() { local got; got=$(asked "$1"); [ "$got" = "$2" ]; tap $? "$3"; [ "$got" = "$2" ] || echo "# $got times: $1"; }
picture() { echo "<p><img src=\"$web/$1\" width=200 alt=\"$1\"></p>"; }
config ui.pictures blocks

order "deliver from='News <news@list.test>' subject='The news' html='<p>Read on.</p>$(picture a.png)$(picture away)$(picture gone)$(picture s.svg)<img src=\"$web/t.png\" width=1 height=1>'" > /dev/null
order "deliver from='News <news@list.test>' subject='More of it' html='<p>Read on.</p>$(picture a.png)$(picture more.png)'" > /dev/null

start_postern 100 50
see "The news" "the mail arrives"
see "Images: 2 blocked" "its pictures do not"
keys j
see "Images: 4 blocked (1 looks like a tracker)" "nor those of the other"
for id in $("$POSTERN_BUILD/postern" mail list --fields id); do
	"$POSTERN_BUILD/postern" mail show "$id"; "$POSTERN_BUILD/postern" mail show "$id" --html
done > /dev/null 2>&1
"$POSTERN_BUILD/postern" export mail --out "$work/out" > "$work/exported" 2>&1; [ -n "$(find "$work/out" -name '*.eml')" ]; tap $? "an export"
is_asked "" 0 "nobody was asked"
keys g I
see "localhost lies in this network" "asked for, those in one's own network stay where they are"
is_asked "" 0 "nobody was asked for them"
keys q; keys y
see "over: 0" "the end"

config read.internal_hosts localhost
tm kill-session -t one
start_postern 100 50
see "The news" "with the host allowed"
keys j; see "Images: 4 blocked" "they are blocked still"
keys g I
see "Images: 2 of 4 shown" "and shown when asked for"
see "answers 404 and no picture" "one is not there"
see "sends SVG" "one may be a program"
for path in 'a.png"' 'away"' 'away.png"' 'gone"' 's.svg"'; do is_asked "$path" 1 "asked once: ${path%\"}"; done
is_asked "t.png" 0 "the tracker was not"
[ "$(order ledger | grep '"/pictures/' | grep -c -e '"user":"' -e Postern)" = 0 ]; tap $? "nobody was told who asks"
keys g I; see "Images: 4 blocked" "hidden again"
keys g I; see "Images: 2 of 4 shown" "and shown again"
is_asked 'a.png"' 1 "without asking"

keys k
see "Images: 2 blocked" "the other mail"
keys g A
see "always shown" "always of this sender"
see "Images: 2 shown" "its pictures"
is_asked 'a.png"' 1 "what is here is not asked for"
is_asked 'more.png"' 1 "what is not is"
order "deliver from='News <news@list.test>' subject='The latest' html='$(picture last.png)'" > /dev/null
see "The latest" "another comes"
is_asked 'last.png"' 0 "unread, it asks for nothing"
keys g g
see "Images: 1 shown" "in view, it does"
is_asked 'last.png"' 1 "once"
keys q; keys y
see "over: 0" "the end"

kill "$sim"; wait "$sim" 2> /dev/null; sim=
tm kill-session -t one
tm new-session -d -s one -x 100 -y 50 "'$POSTERN_BUILD/postern' --offline; cat"
see "The latest" "offline"
keys g g; see "Images: 1 shown" "a sender's pictures are there"
keys j; keys j; see "Images: 2 of 4 shown" "and those of the first mail"
echo "1..$n"
exit $failed
