#!/bin/bash
# What the documents say of the tree is there: every path they name, and the screen that the README shows.
cd "$(dirname "$0")/../.." || exit 1
n=0 failed=0
tap() {   # tap STATUS NAME
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; failed=1; fi
}
documents=(README.md CHANGELOG.md docs/*.md)
echo "1..$((${#documents[@]} + 1))"
for document in "${documents[@]}"; do
	missing=$(grep -oE '`(src|tests|docs|contrib|man)/[A-Za-z0-9_./-]+`' "$document" | tr -d '`' | sort -u |
		while read -r path; do [ -e "$path" ] || echo "# $path"; done)
	[ -z "$missing" ]; tap $? "$document names paths that exist"
	[ -z "$missing" ] || echo "$missing"
done
golden=tests/screens/golden/mail-100x30.txt
cmp -s <(sed '/^---- styles/,$d; s/ *$//' "$golden") <(sed -n '/^```text$/,/^```$/{/^```/d;p}' README.md)
tap $? "README.md shows $golden as it is (the block between \`\`\`text and \`\`\`)"
exit $failed
