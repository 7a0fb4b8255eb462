#!/usr/bin/env bash
# Envelope encryption by hand: the key service guards a small key, the small key guards the data.
source "$(dirname "$0")/lib.sh"

# Bytes as hexadecimal digits, which is how openssl takes keys.
hex() { od -An -v -tx1 | tr -d ' \n'; }

# Splits a data key of 64 bytes into one half to encrypt with and one to authenticate with: a key has one purpose.
halves() {
    local digits
    digits=$(base64 --decode <<<"$1" | hex)
    cipher=${digits:0:64} mac=${digits:64}
}

# The tag of a sealed file: of the vector that it was encrypted with, and of every byte.
tag() { { printf '%s' "$iv" && cat "$1"; } | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$mac" -binary | hex; }

head -c 1000000 /dev/urandom >"$WORK/backup"

user writer
user reader
key mine
arn=$(aws kms describe-key --key-id "$mine" --query KeyMetadata.Arn)
permit writer '{
    "Version": "2012-10-17",
    "Statement": [{
        "Effect": "Allow", "Action": ["kms:GenerateDataKey", "kms:Encrypt"], "Resource": "'"$arn"'",
        "Condition": {"StringEquals": {"kms:EncryptionContext:purpose": "backup"}}
    }]
}'
permit reader '{
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "'"$arn"'"}]
}'

step "A key service encrypts 4,096 bytes in a call, and no more. A backup is larger, and should not travel there anyway."
head -c 4096 "$WORK/backup" >"$WORK/largest"
head -c 4097 "$WORK/backup" >"$WORK/too-large"
allowed as writer aws kms encrypt --key-id "$mine" --plaintext "fileb://$WORK/largest" --encryption-context purpose=backup
refused ValidationException as writer aws kms encrypt --key-id "$mine" --plaintext "fileb://$WORK/too-large" \
    --encryption-context purpose=backup

step "So the writer asks for a data key. It comes twice: in the clear to encrypt with, and encrypted to keep.
   The encryption context is no secret. It is what the data key is for, and without it the key does not come back."
allowed as writer aws kms generate-data-key --key-id "$mine" --number-of-bytes 64 --encryption-context purpose=backup \
    --query '[Plaintext,CiphertextBlob]'
read -r plaintext blob <"$WORK/out"
rm "$WORK/out"
halves "$plaintext"

step "openssl encrypts the backup, then authenticates what came out, so that a changed byte is noticed. The encrypted
   data key is laid beside the file. (A key on a command line is seen by everyone on the machine: well enough for a
   lesson; a program keeps it in its memory.)"
iv=$(openssl rand -hex 16)
openssl enc -aes-256-ctr -K "$cipher" -iv "$iv" -in "$WORK/backup" -out "$WORK/backup.sealed"
printf '%s\n%s\n%s\n' "$blob" "$iv" "$(tag "$WORK/backup.sealed")" >"$WORK/backup.envelope"

step "Then the data key in the clear is forgotten. The writer cannot read its own backups any more."
unset plaintext cipher mac
base64 --decode <<<"$blob" >"$WORK/data-key"
denied "because no identity-based policy allows the kms:Decrypt action" \
    as writer aws kms decrypt --ciphertext-blob "fileb://$WORK/data-key" --encryption-context purpose=backup

step "The reader gives the encrypted data key to the key service and gets it in the clear. 64 bytes travel, not a million."
{ read -r blob && read -r iv && read -r seal; } <"$WORK/backup.envelope"
allowed as reader aws kms decrypt --ciphertext-blob "fileb://$WORK/data-key" --encryption-context purpose=backup \
    --query Plaintext
halves "$(<"$WORK/out")"
same "$seal" "$(tag "$WORK/backup.sealed")"
openssl enc -d -aes-256-ctr -K "$cipher" -iv "$iv" -in "$WORK/backup.sealed" -out "$WORK/restored"
cmp "$WORK/backup" "$WORK/restored" || fail "the backup came back changed"

step "Whoever changes the file changes its tag, and cannot make another without the key."
{ cat "$WORK/backup.sealed" && printf 'x'; } >"$WORK/forged"
[[ $(tag "$WORK/forged") != "$seal" ]] || fail "the change was not noticed"

step "Whoever says that it is for another purpose, or for none, gets no key at all."
refused InvalidCiphertextException as reader aws kms decrypt --ciphertext-blob "fileb://$WORK/data-key" \
    --encryption-context purpose=reports
refused InvalidCiphertextException as reader aws kms decrypt --ciphertext-blob "fileb://$WORK/data-key"

step "The backup moves under another key without being touched: only its data key is encrypted anew, inside the service,
   and nobody sees it in the clear."
key other
other_arn=$(aws kms describe-key --key-id "$other" --query KeyMetadata.Arn)
user mover
permit mover '{
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "kms:ReEncryptFrom", "Resource": "'"$arn"'"},
        {"Effect": "Allow", "Action": "kms:ReEncryptTo", "Resource": "'"$other_arn"'"}
    ]
}'
allowed as mover aws kms re-encrypt --ciphertext-blob "fileb://$WORK/data-key" --destination-key-id "$other" \
    --source-encryption-context purpose=backup --destination-encryption-context purpose=backup --query CiphertextBlob
base64 --decode <"$WORK/out" >"$WORK/data-key.moved"
denied "because no identity-based policy allows the kms:Decrypt action" \
    as mover aws kms decrypt --ciphertext-blob "fileb://$WORK/data-key" --encryption-context purpose=backup
denied "is not authorized to perform: kms:Decrypt" \
    as reader aws kms decrypt --ciphertext-blob "fileb://$WORK/data-key.moved" --encryption-context purpose=backup
permit reader '{
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "'"$other_arn"'"}]
}'
allowed as reader aws kms decrypt --ciphertext-blob "fileb://$WORK/data-key.moved" --encryption-context purpose=backup \
    --query Plaintext
halves "$(<"$WORK/out")"
same "$seal" "$(tag "$WORK/backup.sealed")"
