#!/bin/bash
# The server's search on the screens, at 14.1 by Search and LongId, at 16.1 by Find: what is here opens, what is not is fetched,
# read, saved and answered; more than a hundred come in pieces.
. "${POSTERN_TOP:?}/tests/support/tui.sh"
# What is older than a month is not kept here: it is on the server alone.
mail() { printf 'From: %s\nTo: alice@example.test\nSubject: %s\nDate: %s\nMessage-ID: <%s@example.org>\n\n%s\n' "$1" "$2" "$3" "$RANDOM$RANDOM" "$4"; }
mkdir -p "$work/corpus"
mail "Grace <grace@example.org>" "Offer of old" "Mon, 1 Jul 2019 10:00:00 +0000" "The price was nine." > "$work/corpus/old.eml"
for i in $(seq 120); do mail "Bulk <bulk@example.org>" "Bulk offer $i" "Tue, 5 Jun 2018 10:00:00 +0000" "More." > "$work/corpus/bulk$i.eml"; done

search_at() {
	start_simulator --corpus "$work/corpus" --versions "$1"
	rm -rf "$XDG_CONFIG_HOME" "$XDG_DATA_HOME" "$XDG_STATE_HOME" "$XDG_CACHE_HOME"
	add_account
	order "deliver subject='Offer here' text='The price is ten.' from='Ada <ada@example.org>'" > /dev/null
	start_postern 100 30
	see "Offer here" "$1: a letter is here"
	see "synced" "$1: in step"
	keys /; say "offer"
	see "1 found" "$1: the search here finds what is here"
	keys S
	see "100 of 122" "$1: the server finds more"
	see "on server" "$1: and it is marked"
	keys S
	see "122 of 122" "$1: S gets the rest"
	keys Escape; see "sorted:" "$1: Esc leaves it"
	keys :; say "search-server price subject:offer"
	see "2 fit, 2 of 2 looked at" "$1: what the answer tells is looked at here"
	keys j
	see "The price was nine." "$1: what is not here is fetched"
	keys E; see "Save as" "$1: E asks where to"
	keys C-u; say "$work/old-$1.eml"
	until_true test -s "$work/old-$1.eml"; grep -q "^Subject: Offer of old" "$work/old-$1.eml"; tap $? "$1: and saves it"
	keys d; see "on the server alone" "$1: it is not changed from here"
	keys r; see "Re: Offer of old" "$1: it is answered"
	keys Escape; until_true shows "y Send"; keys y
	see "outside your organisation" "$1: with the questions of every mail"
	keys y; see "In the Outbox" "$1: and sent"
	keys k; see "The price is ten." "$1: what is here is here"
	keys F; see "Flagged" "$1: and changed as ever"
	has "show folder=Inbox subject='Offer here'" "^flag: [12]" "$1: on the server"
	keys :; say "quit"; see "over: 0" "$1: it ends"
	tm kill-server 2> /dev/null
	kill "$sim"; wait "$sim" 2> /dev/null; rm -f "$work/ready"
}

echo "1..38"
search_at 14.1
search_at 16.1
exit $failed
