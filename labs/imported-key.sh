#!/usr/bin/env bash
# An imported key: the material is yours, wrapped for the way; it goes when you say so, and comes back when you bring the same.
source "$(dirname "$0")/lib.sh"

printf 'meet me at the old mill' >"$WORK/plain"

user app
user keeper
key mine --origin EXTERNAL
arn=$(aws kms describe-key --key-id "$mine" --query KeyMetadata.Arn)
permit app '{
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["kms:Encrypt", "kms:Decrypt"], "Resource": "'"$arn"'"}]
}'
permit keeper '{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "WrapWellOnly", "Effect": "Allow", "Action": "kms:GetParametersForImport", "Resource": "'"$arn"'",
            "Condition": {"StringEquals": {"kms:WrappingAlgorithm": "RSAES_OAEP_SHA_256"}}
        },
        {
            "Sid": "KeepTheMaterial", "Effect": "Allow", "Resource": "'"$arn"'",
            "Action": ["kms:ImportKeyMaterial", "kms:DeleteImportedKeyMaterial", "kms:RotateKeyOnDemand"]
        }
    ]
}'

state() { aws kms describe-key --key-id "$mine" --query KeyMetadata.KeyState; }
is() { [[ $(state) == "$1" ]]; }

# Encrypts the message into a file; opens a file and finds the message.
encrypt() {
    allowed as app aws kms encrypt --key-id "$mine" --plaintext "fileb://$WORK/plain" --query CiphertextBlob
    base64 --decode <"$WORK/out" >"$WORK/$1"
}
opens() {
    allowed as app aws kms decrypt --ciphertext-blob "fileb://$WORK/$1" --query Plaintext
    same "$(base64 <"$WORK/plain")" "$(<"$WORK/out")"
}

# Asks for a wrapping key and wraps the material of a file with it.
wrap() {
    local token public
    allowed as keeper aws kms get-parameters-for-import --key-id "$mine" --wrapping-algorithm RSAES_OAEP_SHA_256 \
        --wrapping-key-spec RSA_3072 --query '[ImportToken,PublicKey]'
    read -r token public <"$WORK/out"
    base64 --decode <<<"$token" >"$WORK/token"
    base64 --decode <<<"$public" >"$WORK/public"
    openssl pkeyutl -encrypt -pubin -keyform DER -inkey "$WORK/public" -in "$WORK/$1" -out "$WORK/wrapped" \
        -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256
}

# The call that hands in what is wrapped.
hand_in=(as keeper aws kms import-key-material --key-id "$mine" --import-token "fileb://$WORK/token"
    --encrypted-key-material "fileb://$WORK/wrapped")
for_good=(--expiration-model KEY_MATERIAL_DOES_NOT_EXPIRE)

step "A key whose material comes from outside begins as a name without a secret. It can be described, and not be used."
same PendingImport "$(state)"
refused KMSInvalidStateException aws kms encrypt --key-id "$mine" --plaintext "fileb://$WORK/plain"

step "The material is 32 random bytes that this machine draws. Keep a copy where you keep what must not be lost: of
   imported material the service has none to fall back on."
openssl rand -out "$WORK/material" 32

step "It travels wrapped with an RSA key that the service makes for this one journey. How, a policy can say."
denied "because no identity-based policy allows the kms:GetParametersForImport action" as keeper aws kms \
    get-parameters-for-import --key-id "$mine" --wrapping-algorithm RSAES_OAEP_SHA_1 --wrapping-key-spec RSA_3072
wrap material
denied "because no identity-based policy allows the kms:ImportKeyMaterial action" as app aws kms import-key-material \
    --key-id "$mine" --import-token "fileb://$WORK/token" --encrypted-key-material "fileb://$WORK/wrapped" "${for_good[@]}"
allowed "${hand_in[@]}" "${for_good[@]}"

step "From now on it is a key like any other."
same Enabled "$(state)"
encrypt before
opens before

step "The keeper can take the material back, at once and without a waiting period. Nothing opens any more."
allowed as keeper aws kms delete-imported-key-material --key-id "$mine"
eventually is PendingImport
refused KMSInvalidStateException as app aws kms decrypt --ciphertext-blob "fileb://$WORK/before"

step "Other material does not bring the key back: it is bound for good to what it had. The same does."
openssl rand -out "$WORK/other" 32
wrap other
refused IncorrectKeyMaterialException "${hand_in[@]}" "${for_good[@]}"
wrap material
allowed "${hand_in[@]}" "${for_good[@]}"
eventually is Enabled
opens before

step "New material can come beside the old, for the next rotation. The old must stay: it opens what it encrypted."
wrap other
allowed "${hand_in[@]}" "${for_good[@]}" --import-type NEW_KEY_MATERIAL
current() { aws kms describe-key --key-id "$mine" --query KeyMetadata.CurrentKeyMaterialId; }
first=$(current)
allowed as keeper aws kms rotate-key-on-demand --key-id "$mine"
rotated() { [[ $(current) != "$first" ]]; }
eventually rotated
encrypt after
opens after
opens before

step "And material can be told when to go by itself."
wrap other
allowed "${hand_in[@]}" --expiration-model KEY_MATERIAL_EXPIRES \
    --valid-to "$(date -u -d '2 days' +%FT%TZ)"
if pass 49h; then
    eventually is PendingImport
    refused KMSInvalidStateException as app aws kms decrypt --ciphertext-blob "fileb://$WORK/before"
fi
