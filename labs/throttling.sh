#!/usr/bin/env bash
# Throttling: a service that is asked too often says so, and a client that waits a little longer each time gets through.
source "$(dirname "$0")/lib.sh"

printf 'meet me at the old mill' >"$WORK/plain"

home=$(account)
user app
key mine
arn=$(aws kms describe-key --key-id "$mine" --query KeyMetadata.Arn)
permit app '{
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "kms:Encrypt", "Resource": "'"$arn"'"}]
}'
encrypt=(as app aws kms encrypt --key-id "$mine" --plaintext "fileb://$WORK/plain" --query CiphertextBlob)

# Has so many of a hundred calls of the application throttled, where that can be asked for.
throttle() {
    [[ -n ${AWS_ENDPOINT_URL:-} ]] && command -v fastness >/dev/null || return 1
    fastness fault clear --endpoint "$AWS_ENDPOINT_URL"
    fastness fault add kms:Encrypt --throttle "$1" --principal "arn:aws:iam::$home:user/$LAB-app" --seed 4711 \
        --endpoint "$AWS_ENDPOINT_URL" >/dev/null
}
undo fastness fault clear --endpoint "${AWS_ENDPOINT_URL:-}"

step "An account may call the key service so many times a second: all of its programs together, in one Region, with
   operations that cost alike sharing one quota. Below that nobody notices."
allowed "${encrypt[@]}"

step "Above it, calls are refused. Not forever, and not because of what they ask: the same call may succeed next time."
if ! throttle 1; then
    step "AWS throttles those only who really call too often, which this lab will not do there. See it with fastness."
    exit
fi
export AWS_MAX_ATTEMPTS=1
refused ThrottlingException "${encrypt[@]}"

step "A denial is something else. To ask again is no use, and a client that does makes matters worse."
throttle 0.6
denied "because no identity-based policy allows the kms:GenerateDataKey action" \
    as app aws kms generate-data-key --key-id "$mine" --key-spec AES_256

# Runs a command until it is not throttled: before the n-th try it waits up to 50 ms times 2 to the n, drawn at random.
# Twice as long each time, so that a service in trouble gets room; at random, so that clients who were refused together
# do not come back together; not forever, so that somebody hears of it.
with_backoff() {
    local most=50
    for ((tries = 1; tries <= 12; tries++)); do
        if "$@" >"$WORK/out" 2>"$WORK/err"; then return; fi
        grep -qF ThrottlingException "$WORK/err" || return 1
        sleep "$(printf '0.%03d' $((RANDOM % most)))"
        if ((most < 800)); then most=$((most * 2)); fi
    done
    return 1
}

step "So wait, longer each time, and not as long as the others do: exponential backoff, with jitter. Three calls in five
   are refused now, and all five of these get through."
total=0
for _ in $(seq 5); do
    with_backoff "${encrypt[@]}" || fail "the call should have got through: $(cat "$WORK/err")"
    total=$((total + tries))
done
printf '   5 calls took %d tries\n' "$total"
((total > 5)) || fail "nothing was throttled"

step "Every SDK does this by itself, the CLI too. How often it tries is a setting, and three times is not much here."
for _ in $(seq 2); do
    AWS_RETRY_MODE=standard AWS_MAX_ATTEMPTS=12 allowed "${encrypt[@]}"
done

step "The best call is the one that is not made. A data key encrypts a million records, and takes one call for all of them."
fastness fault list --endpoint "$AWS_ENDPOINT_URL"
