#!/bin/bash
# Each terminal is told the colours it can show; settings that are changed on the screens hold, and are kept.
. "${POSTERN_TOP:?}/tests/support/tui.sh"
start_simulator --generate 12,folders=1,unread=5
add_account
"$POSTERN_BUILD/postern" sync --once --quiet > "$work/sync" 2>&1

# colours TERM KINDS WHAT [OPTION…]
colours() {
	local said
	said=$(python3 tests/support/colours.py "$1" Subject "$POSTERN_BUILD/postern" --offline "${@:4}" 2>&1)
	[ "$said" = "$2" ]; tap $? "$3"
	[ "$said" = "$2" ] || echo "# $said"
}

echo "1..20"
colours xterm-256color "indexed reverse" "256 colours"
colours xterm-direct "direct reverse" "all colours"
colours xterm-16color "bright plain reverse" "16 colours"
colours linux "plain reverse" "8 colours"
colours vt220 "reverse" "none"
colours xterm-256color "reverse" "--color never" --color never
NO_COLOR=1 colours xterm-256color "reverse" "NO_COLOR"
NO_COLOR=1 colours xterm-256color "indexed reverse" "--color always is stronger" --color always
"$POSTERN_BUILD/postern" config set ui.theme mono
colours xterm-256color "reverse" "the theme mono"
"$POSTERN_BUILD/postern" config set ui.theme night
colours xterm-256color "indexed reverse" "without the theme that is named, the dark one"

config=$XDG_CONFIG_HOME/postern/config
printf '# mine\n[ui]\n# as I like it\ntheme = dark\n' > "$config"
start_postern 100 30
see "Mail:Inbox" "the screens begin"
keys g S
see "The account that is meant" "gS opens the settings"
keys /; keys -l "keymap"; keys Enter
see "as fingers know them" "/ finds one and says what it is for"
keys Enter
see "ui.keymap = mutt" "Enter changes it"
keys M-g t
see "g All" "and the keys are others at once"
say ":set theme=night"
see "there is no theme “night”" "what cannot be is said"
say ":set ui.theme=light"
see "ui.theme = light" "a setting by its name"
say ":save-settings"
see "2 settings saved." "both are kept"
keys x
see "over: 0" "mutt's x quits"
[ "$(cat "$config")" = "$(printf '# mine\n[ui]\n# as I like it\ntheme = light\nkeymap = mutt')" ]; tap $? "they are in the file, in their places"
exit $failed
