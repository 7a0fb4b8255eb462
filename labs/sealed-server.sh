#!/usr/bin/env bash
# A sealed server: its disk opens for nobody, any two of three people open it, and its backup opens elsewhere, for them.
source "$(dirname "$0")/lib.sh"
needs fastness

# These servers are the lab's own; what happens on them is no matter of patience.
export AWS_MAX_ATTEMPTS=1
ATTEMPTS=1

# Starts the server of a directory on a free port, for the commands that follow.
serve() {
    fastness serve --data "$1" --listen 127.0.0.1:0 >"$1.log" 2>&1 &
    server=$!
    undo kill "$server"
    until grep -q '^export AWS_DEFAULT_REGION' "$1.log"; do
        kill -0 "$server" || fail "the server does not start: $(cat "$1.log")"
        sleep 0.1
    done
    eval "$(grep '^export' "$1.log")"
}

# Lets somebody give shares to the server of a directory.
give() {
    local directory=$1
    shift
    printf '%s\n' "$@" | fastness unseal --data "$directory"
}

# The server of a directory runs, and has no key.
sealed() {
    local status=0
    fastness status --data "$1" || status=$?
    same 3 "$status"
}

step "A server is made. Its seal is a key that is drawn, used once, split among three people, and forgotten. Two of them will do."
fastness init --data "$WORK/here" --seal shamir:2/3 >"$WORK/made"
eval "$(grep '^export' "$WORK/made")"
mapfile -t shares < <(grep '^fastness-share' "$WORK/made")
same 3 "${#shares[@]}"

step "It starts sealed: it runs, and has no key, not even one to show a certificate with that clients trust."
serve "$WORK/here"
sealed "$WORK/here"

step "One person is not enough, however often. A second one is, from wherever, and need not see the first one's share."
refused '1 more share is needed' give "$WORK/here" "${shares[0]}"
refused 'was given before' give "$WORK/here" "${shares[0]}"
sealed "$WORK/here"
allowed give "$WORK/here" "${shares[2]}"
allowed aws sts get-caller-identity

step "A key is made, and something encrypted under it. Neither the key nor what is said about it lies on the disk in clear."
printf 'meet me at the old mill' >"$WORK/plain"
allowed aws kms create-key --description 'what the miller must not know' --query KeyMetadata.KeyId
mine=$(<"$WORK/out")
allowed aws kms encrypt --key-id "$mine" --plaintext "fileb://$WORK/plain" --query CiphertextBlob
base64 --decode <"$WORK/out" >"$WORK/sealed"
! grep -rqF 'what the miller must not know' "$WORK/here" || fail "the disk tells the description"
! grep -rqF 'meet me at the old mill' "$WORK/here" || fail "the disk tells the message"

step "The backup is made while calls are served. It needs no key to be made, nor to be checked, and what is damaged is found."
allowed fastness backup --data "$WORK/here" --output "$WORK/backup"
allowed fastness check --backup "$WORK/backup"
cp "$WORK/backup" "$WORK/damaged"
printf 'not what it was' | dd of="$WORK/damaged" bs=1 seek=2000 conv=notrunc status=none
refused 'damaged at byte' fastness check --backup "$WORK/damaged"
refused 'damaged at byte' fastness restore --data "$WORK/never" --input "$WORK/damaged"

step "Something looks wrong: the server is made to forget its keys. It takes two people again."
allowed fastness seal --data "$WORK/here"
refused ServiceUnavailable aws kms decrypt --ciphertext-blob "fileb://$WORK/sealed"

step "The machine is gone. On another one there is the backup, and two people, not the same two: the message is still there."
kill "$server"
wait "$server"
rm -r "$WORK/here"
allowed fastness restore --data "$WORK/there" --input "$WORK/backup"
serve "$WORK/there"
sealed "$WORK/there"
allowed give "$WORK/there" "${shares[1]}" "${shares[0]}"
allowed aws kms decrypt --ciphertext-blob "fileb://$WORK/sealed" --query Plaintext
same "$(base64 <"$WORK/plain")" "$(<"$WORK/out")"

step "One of the three leaves. Two of them draw new shares while calls are served, and the old ones are worth nothing here."
allowed fastness seals add shamir:2/3 --data "$WORK/there" < <(printf '%s\n' "${shares[@]:0:2}")
mapfile -t fresh < <(grep '^fastness-share' "$WORK/out")
allowed fastness seals remove 1 --data "$WORK/there" < <(printf '%s\n' "${fresh[@]:0:2}")
allowed fastness seal --data "$WORK/there"
refused 'belongs to another seal' give "$WORK/there" "${shares[@]:0:2}"
allowed give "$WORK/there" "${fresh[@]:1:2}"
allowed aws kms decrypt --ciphertext-blob "fileb://$WORK/sealed" --query Plaintext
