#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# Provkörning: bygger Samsyn, lägger in övningsdata och startar webbplatsen.
# ADDR och PORT väljer adress. Med --reset börjar övningsdata om från början.
set -euo pipefail
cd "$(dirname "$0")/.."

addr=${ADDR:-127.0.0.1}
port=${PORT:-8080}
data=demo-data
samsyn=build-release/src/cmd/samsyn
server=

step()
{
    printf '[%s/6] %s ...\n' "$1" "$2"
}

stop_server()
{
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
        server=
    fi
}

# Kan någon ta emot på adressen? (Frågan ställs till porten, inte till Samsyn.)
port_answers()
{
    (exec 3<>"/dev/tcp/$addr/$port") 2>/dev/null
}

taken()
{
    echo "Porten $port på $addr används redan av ett annat program." >&2
    echo "Välj en annan, till exempel: make demo PORT=$((port + 1))" >&2
    exit 1
}

bad_port()
{
    echo "PORT ska vara ett tal mellan 1 och 65535. Nu står där: $port" >&2
    exit 2
}

case $port in '' | *[!0-9]*)
    bad_port
    ;;
esac
if [ ${#port} -gt 5 ] || [ "$((10#$port))" -lt 1 ] || [ "$((10#$port))" -gt 65535 ]; then
    bad_port
fi
if port_answers; then
    taken
fi
# Den som svarar för uppgifterna på en annan port får dem inte borttagna under sig.
if [ -f "$data/serve-lock" ] && ! flock -n "$data/serve-lock" true; then
    echo "Samsyn kör redan med $data/, på en annan port. Stoppa det först." >&2
    exit 1
fi

step 1 'Kontrollerar att det som behövs från Debian finns'
tools/deps.sh build
step 2 'Kontrollerar att det som behövs från npm finns'
tools/npm.sh build
step 3 'Bygger'
tools/release.sh

if [ "${1:-}" = --reset ]; then
    rm -rf "$data"
fi
if [ -f "$data/samsyn.db" ]; then
    step 4 "Behåller uppgifterna i $data/ (make demo-reset börjar om)"
    step 5 'Övningsdata finns'
else
    # Allt läggs i en mapp vid sidan av: avbryts det blir ingenting halvt kvar.
    rm -rf "$data.new"
    step 4 'Skapar en datakatalog'
    "$samsyn" init --data "$data.new" >/dev/null
    step 5 'Lägger in övningsdata'
    "$samsyn" exercise --seed 1 --data "$data.new" >/dev/null
    rm -rf "$data"
    mv "$data.new" "$data"
fi

step 6 "Startar på http://$addr:$port"
trap stop_server EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
"$samsyn" serve --demo --data "$data" --listen "$addr:$port" >/dev/null 2>"$data/server.log" &
server=$!
tries=0
until port_answers; do
    tries=$((tries + 1))
    if ! kill -0 "$server" 2>/dev/null || [ "$tries" -gt 300 ]; then
        echo "Samsyn kunde inte starta. Det sista i $data/server.log:" >&2
        tail -n 5 "$data/server.log" >&2
        exit 1
    fi
    sleep 0.1
done

echo
cat "$data/exercise-accounts.txt"
echo
echo "Samsyn finns nu på http://$addr:$port (konton och lösenord står ovanför)."
echo "Stoppa med Ctrl-C. Uppgifterna ligger kvar i $data/ till nästa gång."
wait "$server"
