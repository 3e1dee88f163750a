#!/bin/bash
# Sending from the command line, against the simulator, which counts what it was given.
. "$(dirname "$0")/../support/cli.sh"

sim_start
add_account > /dev/null
submissions() { sim_order submissions; }
forget() { sim_order clear-submissions; }

# ---- sendmail ----
printf 'To: bob@example.test\nSubject: From a program\nMessage-ID: <one@prog.test>\n\nHello.\n.\nNot read.\n' > "$work/one"
run 0 "sendmail -t" "$postern" sendmail -t < "$work/one"
is "says nothing" "" "$out$said"
is "the server has it once" 1 "$(submissions | grep -c '<one@prog.test>')"
lacks "a single dot ends it" "Not read" "$(sim_order raw folder='Sent Items' 2>/dev/null)"
run 0 "nothing waits" "$postern" outbox list
is "in the Outbox" "" "$out"
forget
run 2 "sendmail without recipients" "$postern" sendmail < "$work/one"
has "says who" "bob@example.test stands in To or Cc" "$said"
run 2 "sendmail to nobody" "$postern" sendmail -t < /dev/null
has "says so" "has no recipient" "$said"
run 2 "sendmail as a server" "$postern" sendmail -bs < /dev/null
has "is not possible" "is no server" "$said"
run 0 "sendmail with the letters of others" "$postern" sendmail -i -oem -odb -B8BITMIME -f root -F "Cron Daemon" bob@example.test < "$work/one"
is "is sent" 1 "$(submissions | wc -l)"
forget

# ---- the Outbox ----
run 0 "sendmail --queue" "$postern" sendmail -t --queue --jsonl < "$work/one"
has "says under which id" '"status":"queued","id":"o' "$out"
run 0 "it is in the Outbox" "$postern" outbox list --fields what,state,subject,to
is "and waits" $'send\twaiting\tFrom a program\tbob@example.test' "$out"
is "the server has nothing" 0 "$(submissions | wc -l)"
id=$("$postern" outbox list --fields id)
run 0 "cancel --dry-run" "$postern" outbox cancel "$id" --dry-run
run 0 "cancel" "$postern" outbox cancel "$id"
run 3 "once" "$postern" outbox cancel "$id"
has "says so" "is not in the Outbox" "$said"
run 2 "not an id" "$postern" outbox retry 17
run 0 "sendmail --hold" "$postern" sendmail -t --hold 60 < "$work/one"
id=$("$postern" outbox list --fields id,state | sed -n 's/\theld$//p')
run 0 "a sync does not send what is held" "$postern" sync --once -q
is "not yet" 0 "$(submissions | wc -l)"
run 0 "retry sends it now" "$postern" outbox retry "$id"
is "once" 1 "$(submissions | wc -l)"
forget
run 0 "queued again" "$postern" sendmail -t --queue < "$work/one"
run 0 "the next sync" "$postern" sync --once -q
is "sends it" 1 "$(submissions | wc -l)"
run 0 "sent mail is there" "$postern" mail list -f sent --fields subject -n 1
is "by itself" "From a program" "$out"
forget

# ---- a server that refuses, fails, and loses answers ----
sim_order fault cmd=SendMail status=116
run 5 "recipient unknown" "$postern" sendmail -t < "$work/one"
has "says why" "does not know a recipient" "$said"
has "and where it is" "it is in the Outbox as o" "$said"
id=$("$postern" outbox list --fields id,state | sed -n 's/\tfailed$//p')
run 0 "retry" "$postern" outbox retry "$id"
is "sends it" 1 "$(submissions | wc -l)"
forget
sim_order fault cmd=SendMail lose=1
run 0 "an answer that is lost" "$postern" sendmail -t < "$work/one"
is "is found in Sent, not sent again" 1 "$(submissions | wc -l)"
forget
sim_order fault cmd=SendMail http=503 retry-after=1
run 0 "a busy server" "$postern" sendmail -t < "$work/one"
is "is asked again" 1 "$(submissions | wc -l)"
forget
finish
