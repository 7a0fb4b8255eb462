#!/usr/bin/env bash
# Encryption outside: whoever has the public key seals, only the key service opens.
source "$(dirname "$0")/lib.sh"

printf 'meet me at the old mill' >"$WORK/message"
head -c 100000 /dev/urandom >"$WORK/report"

user sender
user reader
key mine --key-spec RSA_3072 --key-usage ENCRYPT_DECRYPT
arn=$(aws kms describe-key --key-id "$mine" --query KeyMetadata.Arn)
permit sender '{
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "kms:GetPublicKey", "Resource": "'"$arn"'"}]
}'
permit reader '{
    "Version": "2012-10-17",
    "Statement": [{
        "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "'"$arn"'",
        "Condition": {"StringEquals": {"kms:EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}}
    }]
}'

# Seals standard input with the public key, as the algorithm RSAES_OAEP_SHA_256 has it: SHA-256 in both of its places.
seal() {
    env -i PATH="$PATH" openssl pkeyutl -encrypt -pubin -inkey "$WORK/public.pem" -pkeyopt rsa_padding_mode:oaep \
        -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256
}
open=(as reader aws kms decrypt --key-id "$mine" --encryption-algorithm RSAES_OAEP_SHA_256 --query Plaintext)

step "The sender gets the public key, once, and keeps it: on a machine in the field, that nobody trusts with a secret."
allowed as sender aws kms get-public-key --key-id "$mine" --query '[KeyUsage,PublicKey]'
read -r usage public <"$WORK/out"
same ENCRYPT_DECRYPT "$usage"
base64 --decode <<<"$public" | openssl pkey -pubin -inform DER -out "$WORK/public.pem"

step "From then on it seals without credentials and without a network."
seal <"$WORK/message" >"$WORK/sealed"

step "Not even the sender opens that again. The private key is in the key service, and the sender may not use it."
denied "because no identity-based policy allows the kms:Decrypt action" \
    as sender aws kms decrypt --key-id "$mine" --encryption-algorithm RSAES_OAEP_SHA_256 \
    --ciphertext-blob "fileb://$WORK/sealed"

step "The reader names the key and the algorithm, since a ciphertext from outside says neither."
allowed "${open[@]}" --ciphertext-blob "fileb://$WORK/sealed"
same "$(base64 <"$WORK/message")" "$(<"$WORK/out")"
denied "because no identity-based policy allows the kms:Decrypt action" \
    as reader aws kms decrypt --key-id "$mine" --encryption-algorithm RSAES_OAEP_SHA_1 \
    --ciphertext-blob "fileb://$WORK/sealed"

step "Anyone can seal anything: that a message opens says nothing about who sent it. A damaged one does not open."
{ head -c 383 "$WORK/sealed" && printf '\0'; } >"$WORK/damaged"
cmp -s "$WORK/sealed" "$WORK/damaged" || refused InvalidCiphertextException "${open[@]}" \
    --ciphertext-blob "fileb://$WORK/damaged"

step "RSA seals as much as fits below its modulus, here 318 bytes. So it seals a key, and the key seals the report."
head -c 318 "$WORK/report" | seal >"$WORK/largest"
if head -c 319 "$WORK/report" | seal >"$WORK/too-large" 2>/dev/null; then fail "319 bytes should not fit"; fi
cipher=$(openssl rand -hex 32) iv=$(openssl rand -hex 16)
openssl enc -aes-256-ctr -K "$cipher" -iv "$iv" -in "$WORK/report" -out "$WORK/report.sealed"
printf '%s%s' "$cipher" "$iv" | seal >"$WORK/report.key"
unset cipher iv
allowed "${open[@]}" --ciphertext-blob "fileb://$WORK/report.key"
secret=$(base64 --decode <"$WORK/out")
openssl enc -d -aes-256-ctr -K "${secret:0:64}" -iv "${secret:64}" -in "$WORK/report.sealed" -out "$WORK/report.opened"
cmp "$WORK/report" "$WORK/report.opened" || fail "the report came back changed"
