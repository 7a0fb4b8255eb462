#!/usr/bin/env bash
# Least privilege: nothing is allowed until a policy says so, and a policy allows what it says and no more.
source "$(dirname "$0")/lib.sh"

printf 'meet me at the old mill' >"$WORK/plain"

step "Alice is a new user. She has an access key, so she can prove who she is. That is all."
user alice
key mine
key other
allowed as alice aws sts get-caller-identity
denied "because no identity-based policy allows the kms:Encrypt action" \
    as alice aws kms encrypt --key-id "$mine" --plaintext "fileb://$WORK/plain"

step "She is to encrypt with one key, for one purpose. The policy says which action, on which key, in which context."
arn=$(aws kms describe-key --key-id "$mine" --query KeyMetadata.Arn)
permit alice '{
    "Version": "2012-10-17",
    "Statement": [{
        "Sid": "EncryptOrders",
        "Effect": "Allow",
        "Action": "kms:Encrypt",
        "Resource": "'"$arn"'",
        "Condition": {"StringEquals": {"kms:EncryptionContext:table": "orders"}}
    }]
}'
allowed as alice aws kms encrypt --key-id "$mine" --plaintext "fileb://$WORK/plain" --encryption-context table=orders \
    --query CiphertextBlob
base64 --decode <"$WORK/out" >"$WORK/sealed"

step "Another purpose, another key, another action: none of them was named, so none is allowed."
denied "because no identity-based policy allows the kms:Encrypt action" \
    as alice aws kms encrypt --key-id "$mine" --plaintext "fileb://$WORK/plain" --encryption-context table=salaries
denied "because no identity-based policy allows the kms:Encrypt action" \
    as alice aws kms encrypt --key-id "$other" --plaintext "fileb://$WORK/plain" --encryption-context table=orders
denied "because no identity-based policy allows the kms:Decrypt action" \
    as alice aws kms decrypt --ciphertext-blob "fileb://$WORK/sealed" --encryption-context table=orders
denied "because no identity-based policy allows the iam:CreateUser action" \
    as alice aws iam create-user --user-name "$LAB-mallory"

step "A wildcard is tempting. A Deny beside it always wins, whatever the order and wherever it stands."
permit alice '{
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "kms:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "kms:ScheduleKeyDeletion", "Resource": "*"}
    ]
}'
allowed as alice aws kms decrypt --ciphertext-blob "fileb://$WORK/sealed" --encryption-context table=orders \
    --query Plaintext
same "$(base64 <"$WORK/plain")" "$(<"$WORK/out")"
denied "with an explicit deny in an identity-based policy" \
    as alice aws kms schedule-key-deletion --key-id "$mine"

step "Without her policy she is back where she began, from the next call on."
aws iam delete-user-policy --user-name "$LAB-alice" --policy-name own
denied "because no identity-based policy allows the kms:Encrypt action" \
    as alice aws kms encrypt --key-id "$mine" --plaintext "fileb://$WORK/plain" --encryption-context table=orders
