#!/usr/bin/env bash
# Signing: the private key never leaves, the public key goes everywhere, and verifying takes no service at all.
source "$(dirname "$0")/lib.sh"

head -c 1000000 /dev/urandom >"$WORK/release.tar"

user releaser
user customer
key mine --key-spec ECC_NIST_P256 --key-usage SIGN_VERIFY
arn=$(aws kms describe-key --key-id "$mine" --query KeyMetadata.Arn)
permit releaser '{
    "Version": "2012-10-17",
    "Statement": [{
        "Effect": "Allow", "Action": "kms:Sign", "Resource": "'"$arn"'",
        "Condition": {"StringEquals": {"kms:SigningAlgorithm": "ECDSA_SHA_256", "kms:MessageType": "DIGEST"}}
    }]
}'
permit customer '{
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "kms:GetPublicKey", "Resource": "'"$arn"'"}]
}'

# Verifies as a stranger does: with a file and a public key, without credentials, without a network.
verify() {
    env -i PATH="$PATH" openssl dgst -sha256 -verify "$WORK/public.pem" -signature "$WORK/release.sig" "$1" >/dev/null 2>&1
}

step "What is signed is a digest: 32 bytes travel, whatever the file's size."
openssl dgst -sha256 -binary -out "$WORK/digest" "$WORK/release.tar"
sign=(as releaser aws kms sign --key-id "$mine" --message-type DIGEST --message "fileb://$WORK/digest")
allowed "${sign[@]}" --signing-algorithm ECDSA_SHA_256 --query Signature
base64 --decode <"$WORK/out" >"$WORK/release.sig"

step "A key signs in the ways of its kind and in no other, and the releaser in the one way that the policy names."
refused InvalidKeyUsageException aws kms sign --key-id "$mine" --message-type DIGEST --message "fileb://$WORK/digest" \
    --signing-algorithm RSASSA_PSS_SHA_256
denied "because no identity-based policy allows the kms:Sign action" \
    as releaser aws kms sign --key-id "$mine" --message-type RAW --message "fileb://$WORK/digest" \
    --signing-algorithm ECDSA_SHA_256

step "The customer fetches the public key, once. It is no secret; what matters is where it came from."
allowed as customer aws kms get-public-key --key-id "$mine" --query PublicKey
base64 --decode <"$WORK/out" | openssl pkey -pubin -inform DER -out "$WORK/public.pem"
denied "because no identity-based policy allows the kms:Sign action" \
    as customer aws kms sign --key-id "$mine" --message-type DIGEST --message "fileb://$WORK/digest" \
    --signing-algorithm ECDSA_SHA_256

step "From then on anyone verifies what was shipped, with openssl alone. A byte more, and it is not what was signed."
verify "$WORK/release.tar" || fail "the signature should be good"
{ cat "$WORK/release.tar" && printf 'x'; } >"$WORK/forged.tar"
if verify "$WORK/forged.tar"; then fail "the signature should not be good for another file"; fi

step "The service verifies too, for those who want it in the audit log. A bad signature is an error, never an answer."
user auditor
permit auditor '{
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "kms:Verify", "Resource": "'"$arn"'"}]
}'
ask=(as auditor aws kms verify --key-id "$mine" --message-type DIGEST --signing-algorithm ECDSA_SHA_256
    --signature "fileb://$WORK/release.sig")
allowed "${ask[@]}" --message "fileb://$WORK/digest" --query SignatureValid
same True "$(<"$WORK/out")"
openssl dgst -sha256 -binary -out "$WORK/forged" "$WORK/forged.tar"
refused KMSInvalidSignatureException "${ask[@]}" --message "fileb://$WORK/forged"

step "Whoever switches the key off ends its signing. What it signed stays signed: a signature needs no service."
allowed aws kms disable-key --key-id "$mine"
refused DisabledException aws kms sign --key-id "$mine" --message-type DIGEST --message "fileb://$WORK/digest" \
    --signing-algorithm ECDSA_SHA_256
verify "$WORK/release.tar" || fail "the signature should still be good"
