#!/usr/bin/env bash
# Data key caching: many small things under one data key, for a while, and the key service is hardly asked.
source "$(dirname "$0")/lib.sh"
needs fastness

mkdir "$WORK/records"
for record in $(seq 60); do
    printf '{"record": %d}' "$record" >"$WORK/records/$record.json"
done

user app
key mine
arn=$(aws kms describe-key --key-id "$mine" --query KeyMetadata.Arn)
permit app '{
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["kms:GenerateDataKey", "kms:Decrypt"], "Resource": "'"$arn"'"}]
}'
encrypt=(as app fastness encrypt --key "$arn" -r)
decrypt=(as app fastness decrypt --key "$arn" -r)

# Runs a command and tells how often it called an operation, where there is a meter; more often than so is a failure.
metered() {
    local operation=$1 most=$2 before after
    shift 2
    before=$(calls "$operation")
    allowed "$@"
    after=$(calls "$operation")
    if [[ -z $after ]]; then
        printf '   (AWS tells on the bill, by the month)\n'
        return
    fi
    printf '   %d calls of %s\n' $((after - before)) "$operation"
    ((after - before <= most)) || fail "that should have taken at most $most"
    made=$((after - before))
}
made=60

step "Sixty records of a few bytes each. A data key of its own for each of them is safest, and sixty calls to the key service:
   they are paid for, they count against the account's quota, and each takes a round trip."
metered GenerateDataKey 60 "${encrypt[@]}" -o "$WORK/one-by-one" "$WORK/records"
((made == 60)) || fail "sixty data keys take sixty calls"

step "With a cache, a data key is used again for five minutes. Every record still gets a content key of its own, derived from
   the data key and from random bytes in its message."
metered GenerateDataKey 1 "${encrypt[@]}" --cache 5m -o "$WORK/cached" "$WORK/records"

step "Reading is the same: who knows the data key already need not ask for it."
metered Decrypt 1 "${decrypt[@]}" --cache 5m -o "$WORK/read" "$WORK/cached"
diff -r "$WORK/records" "$WORK/read" || fail "the records came back changed"

step "How far one key reaches is for you to say: twenty records here, by number, by bytes or by time. That much is open to
   whoever gets hold of one."
metered GenerateDataKey 3 "${encrypt[@]}" --cache 5m --cache-messages 20 -o "$WORK/thirds" "$WORK/records"
((made == 3 || made == 60)) || fail "three times twenty records take three keys"

step "Another purpose, another key: the cache never lends a data key across encryption contexts."
metered GenerateDataKey 1 "${encrypt[@]}" --cache 5m -c tenant=north -o "$WORK/north" "$WORK/records"
metered GenerateDataKey 1 "${encrypt[@]}" --cache 5m -c tenant=south -o "$WORK/south" "$WORK/records"

step "A cache does not outlive its program, and it is no way around a policy: who may not ask gets no key to keep."
user stranger
denied "because no identity-based policy allows the kms:GenerateDataKey action" \
    as stranger fastness encrypt --key "$arn" -r --cache 5m -o "$WORK/none" "$WORK/records"
