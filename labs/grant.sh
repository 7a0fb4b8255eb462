#!/usr/bin/env bash
# A grant: leave to use a key for one purpose, given by those who may, taken back in one call, without touching a policy.
source "$(dirname "$0")/lib.sh"

printf 'meet me at the old mill' >"$WORK/plain"

home=$(account)
user owner
user worker
user helper
key mine
arn=$(aws kms describe-key --key-id "$mine" --query KeyMetadata.Arn)
worker="arn:aws:iam::$home:user/$LAB-worker"
helper="arn:aws:iam::$home:user/$LAB-helper"

# What AWS's own services do for a resource of yours: they are granted a key for as long as the resource exists. Here the
# worker is such a service, and knows its customers apart by the encryption context.
encrypt=(as worker aws kms encrypt --key-id "$mine" --plaintext "fileb://$WORK/plain" --query CiphertextBlob)

step "The worker has no policy at all, and so it may do nothing."
denied "because no identity-based policy allows the kms:Encrypt action" "${encrypt[@]}" --encryption-context tenant=blue

step "The owner may give grants, though only of what the worker needs. Its policy says which operations those are."
permit owner '{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow", "Action": "kms:CreateGrant", "Resource": "'"$arn"'",
            "Condition": {"ForAllValues:StringEquals": {"kms:GrantOperations": ["Encrypt", "Decrypt", "CreateGrant"]}}
        },
        {"Effect": "Allow", "Action": ["kms:ListGrants", "kms:RevokeGrant"], "Resource": "'"$arn"'"}
    ]
}'
denied "because no identity-based policy allows the kms:CreateGrant action" \
    as owner aws kms create-grant --key-id "$mine" --grantee-principal "$worker" --operations GenerateDataKey

step "One grant for one customer: to encrypt and decrypt what says that it is that customer's, and to pass that on."
grant=(as owner aws kms create-grant --key-id "$mine" --name "$LAB-blue" --grantee-principal "$worker"
    --retiring-principal "$worker" --operations Encrypt Decrypt CreateGrant
    --constraints 'EncryptionContextSubset={tenant=blue}' --query '[GrantId,GrantToken]')
allowed "${grant[@]}"
read -r id token <"$WORK/out"

step "Asked again under the same name it is the same grant: whoever got no answer can just ask again."
allowed "${grant[@]}"
same "$id" "$(cut -f1 "$WORK/out")"

step "On AWS a grant takes some minutes to be known everywhere. The token that came with it makes it count at once."
allowed "${encrypt[@]}" --encryption-context tenant=blue,file=1 --grant-tokens "$token"
base64 --decode <"$WORK/out" >"$WORK/sealed"
decrypt=(aws kms decrypt --ciphertext-blob "fileb://$WORK/sealed" --encryption-context tenant=blue,file=1 --query Plaintext)
allowed as worker "${decrypt[@]}" --grant-tokens "$token"
same "$(base64 <"$WORK/plain")" "$(<"$WORK/out")"

step "Another customer's data, data of nobody, another operation: not granted."
denied "kms:Encrypt" "${encrypt[@]}" --encryption-context tenant=green --grant-tokens "$token"
denied "kms:Encrypt" "${encrypt[@]}" --grant-tokens "$token"
denied "kms:GenerateDataKey" as worker aws kms generate-data-key --key-id "$mine" --key-spec AES_256 \
    --encryption-context tenant=blue --grant-tokens "$token"

step "The worker passes on what it was given, or less of it, never more."
denied "kms:CreateGrant" as worker aws kms create-grant --key-id "$mine" --grantee-principal "$helper" \
    --operations Decrypt --grant-tokens "$token"
allowed as worker aws kms create-grant --key-id "$mine" --grantee-principal "$helper" --operations Decrypt \
    --constraints 'EncryptionContextSubset={tenant=blue,file=1}' --grant-tokens "$token" --query '[GrantId,GrantToken]'
read -r child child_token <"$WORK/out"
allowed as helper "${decrypt[@]}" --grant-tokens "$child_token"

step "All grants of the key are in one list: who may what, on whose word, until when. No policy was changed for them."
allowed as owner aws kms list-grants --key-id "$mine" --query 'Grants[].[GrantId,GranteePrincipal]'
grep -qF "$id" "$WORK/out" && grep -qF "$child" "$WORK/out" || fail "both grants should be listed: $(cat "$WORK/out")"

step "The customer leaves. The worker retires its grant itself; the owner revokes what was passed on."
allowed as worker aws kms retire-grant --grant-token "$token"
denied "kms:Encrypt" "${encrypt[@]}" --encryption-context tenant=blue
allowed as owner aws kms revoke-grant --key-id "$mine" --grant-id "$child"
denied "kms:Decrypt" as helper "${decrypt[@]}"
same "" "$(as owner aws kms list-grants --key-id "$mine" --query 'Grants[].GrantId')"
