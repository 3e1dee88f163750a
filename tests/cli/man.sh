#!/bin/bash
# The manual pages say what the program does: their tables are those of the program, and they are well formed.
. "$(dirname "$0")/../support/cli.sh"
cd "$POSTERN_TOP" || exit 1

for page in man/*.[1-9]; do
	contrib/man-tables "$postern" "$page" | cmp -s - "$page"
	tap $? "$page is as the program has it (if not: make man)"
	is "$page names itself" "$(basename "$page" | sed 's/\.[1-9]$//')" "$(sed -n '/^\.SH NAME/{n;s/ .*//p}' "$page")"
done
for page in $("$postern" help --help | grep -o 'postern[a-z-]*([1-9])' | tr '()' '. ' | sed 's/\. *$//'); do
	[ -f "man/$page" ]; tap $? "$page exists, as the help says"
done
if command -v man > /dev/null && command -v groff > /dev/null; then
	is "groff has nothing to say" "" "$(groff -Kutf8 -man -Tutf8 -ww -z man/*.[1-9] 2>&1 | head)"
fi
finish
