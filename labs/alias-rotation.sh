#!/usr/bin/env bash
# Rotation by hand: an alias moves from the old key to the new one, and the programs that use it change nothing.
source "$(dirname "$0")/lib.sh"

printf 'meet me at the old mill' >"$WORK/plain"

user app
user keeper
key old
key new
alias="alias/$LAB-app"
place=$(aws kms describe-key --key-id "$old" --query KeyMetadata.Arn)
place=${place%:key/*}

step "The application knows a name, not a key: alias/… It may use keys of this account as long as it calls them by it."
allowed aws kms create-alias --alias-name "$alias" --target-key-id "$old"
undo aws kms delete-alias --alias-name "$alias"
permit app '{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "EncryptByTheName", "Effect": "Allow", "Action": "kms:Encrypt", "Resource": "'"$place:key/*"'",
            "Condition": {"StringEquals": {"kms:RequestAlias": "'"$alias"'"}}
        },
        {"Sid": "DecryptWhatIsOurs", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "'"$place:key/*"'"}
    ]
}'
encrypt=(as app aws kms encrypt --key-id "$alias" --plaintext "fileb://$WORK/plain")
allowed "${encrypt[@]}" --query '[KeyId,CiphertextBlob]'
read -r used blob <"$WORK/out"
same "$place:key/$old" "$used"
base64 --decode <<<"$blob" >"$WORK/before"
denied "because no identity-based policy allows the kms:Encrypt action" \
    as app aws kms encrypt --key-id "$old" --plaintext "fileb://$WORK/plain"

step "The keeper of the name may move it. That takes leave on the name and on both keys, the one that it leaves too."
move=(as keeper aws kms update-alias --alias-name "$alias" --target-key-id "$new")
permit keeper '{
    "Version": "2012-10-17",
    "Statement": [{
        "Effect": "Allow", "Action": "kms:UpdateAlias", "Resource": ["'"$place:$alias"'", "'"$place:key/$new"'"]
    }]
}'
denied "because no identity-based policy allows the kms:UpdateAlias action" "${move[@]}"
permit keeper '{
    "Version": "2012-10-17",
    "Statement": [{
        "Effect": "Allow", "Action": "kms:UpdateAlias",
        "Resource": ["'"$place:$alias"'", "'"$place:key/$old"'", "'"$place:key/$new"'"]
    }]
}'
allowed "${move[@]}"

step "The application does what it did before, and now encrypts under the new key."
for ((attempt = 1; attempt <= ATTEMPTS; attempt++)); do
    patiently "${encrypt[@]}" --query '[KeyId,CiphertextBlob]'
    read -r used blob <"$WORK/out"
    if [[ $used == */"$new" ]] || ((attempt == ATTEMPTS)); then break; fi
    sleep 2
done
same "$place:key/$new" "$used"
base64 --decode <<<"$blob" >"$WORK/after"

step "What was encrypted before still opens: a ciphertext says which key it needs. It does not follow the name, though."
allowed as app aws kms decrypt --ciphertext-blob "fileb://$WORK/before" --query '[KeyId,Plaintext]'
same "$place:key/$old $(base64 <"$WORK/plain")" "$(tr '\t' ' ' <"$WORK/out")"
refused IncorrectKeyException as app aws kms decrypt --ciphertext-blob "fileb://$WORK/before" --key-id "$alias"

step "So the old key stays as long as anything needs it. Switched off too early, it takes its data along."
allowed aws kms disable-key --key-id "$old"
if [[ -n ${AWS_ENDPOINT_URL:-} ]]; then
    refused DisabledException as app aws kms decrypt --ciphertext-blob "fileb://$WORK/before"
fi
refused DisabledException aws kms encrypt --key-id "$old" --plaintext "fileb://$WORK/plain"
allowed aws kms enable-key --key-id "$old"

step "Whoever wants to be rid of it encrypts the old data anew, under the name. Then nothing needs it any more."
user mover
permit mover '{
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["kms:ReEncryptFrom", "kms:ReEncryptTo"], "Resource": "'"$place:key/*"'"}]
}'
allowed as mover aws kms re-encrypt --ciphertext-blob "fileb://$WORK/before" --destination-key-id "$alias" \
    --query CiphertextBlob
base64 --decode <"$WORK/out" >"$WORK/moved"
allowed aws kms disable-key --key-id "$old"
allowed as app aws kms decrypt --ciphertext-blob "fileb://$WORK/moved" --query '[KeyId,Plaintext]'
same "$place:key/$new $(base64 <"$WORK/plain")" "$(tr '\t' ' ' <"$WORK/out")"
