#!/bin/bash
# What is marked for translation can be extracted: without a warning, from code and tables, and whole.
cd "$(dirname "$0")/../.." || exit 1
command -v xgettext > /dev/null || { echo "1..0 # SKIP xgettext is not installed"; exit 0; }
build=${POSTERN_BUILD:-$PWD/build}
n=0 failed=0
tap() {   # tap STATUS NAME
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; failed=1; fi
}
echo "1..6"
said=$(env -u MAKEFLAGS -u MFLAGS make --no-print-directory -s pot B="$build" 2>&1)
[ -z "$(sed '/^xgettext --/d; /^  --/d' <<< "$said")" ]; tap $? "xgettext has nothing to say"
[ $failed = 0 ] || sed 's/^/# /' <<< "$said"
has() { grep -qF "$2" "$build/postern.pot"; tap $? "$1"; }
has "a text of the code" 'msgid "Quit Postern?"'
has "a command's of commands.def" 'msgid "Next line or message"'
has "a setting's of settings.def" 'msgid "The account that is meant when none is named; empty: the first by name."'
has "a plural" 'msgid_plural "%s has %d addresses"'
# xgettext knows the macros of <inttypes.h>; those of GLib would cut a text in two.
cut=$(grep -rnPzo '\b(_|N_|ngettext_)\(\s*("[^"]*"\s*)+G_G[A-Z0-9]+_FORMAT' src --include='*.[ch]' | tr '\0' '\n')
[ -z "$cut" ]; tap $? "no macro inside a marked text"
[ -z "$cut" ] || sed 's/^/# /' <<< "$cut"
exit $failed
