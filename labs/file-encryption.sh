#!/usr/bin/env bash
# A file is encrypted where it is: the key service sees a data key and what it is for, and never a byte of the file.
source "$(dirname "$0")/lib.sh"
needs fastness

head -c 5000000 /dev/urandom >"$WORK/ledger"

user writer
user reader
key mine
key safe
arn=$(aws kms describe-key --key-id "$mine" --query KeyMetadata.Arn)
safe_arn=$(aws kms describe-key --key-id "$safe" --query KeyMetadata.Arn)
permit writer '{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow", "Action": "kms:GenerateDataKey", "Resource": "'"$arn"'",
            "Condition": {"StringEquals": {"kms:EncryptionContext:purpose": "ledger"}}
        },
        {"Effect": "Allow", "Action": "kms:Encrypt", "Resource": "'"$safe_arn"'"}
    ]
}'
permit reader '{
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": ["'"$arn"'", "'"$safe_arn"'"]}]
}'
encrypt=(as writer fastness encrypt --key "$arn")
decrypt=(as reader fastness decrypt --key "$arn")

step "One command does by itself what envelope-encryption.sh does by hand: it asks for a data key, encrypts the file with it,
   and puts the encrypted data key in front. The file may be of any size."
allowed "${encrypt[@]}" -c purpose=ledger "$WORK/ledger"
! grep -q "$(head -c 24 "$WORK/ledger" | base64)" <(base64 -w 0 "$WORK/ledger.encrypted") || fail "the file is still readable"

step "What it is for is bound to it, and the policy can insist: this writer gets data keys for ledgers only."
denied "because no identity-based policy allows the kms:GenerateDataKey action" \
    "${encrypt[@]}" -c purpose=diary -o "$WORK/diary" "$WORK/ledger"
[[ ! -e $WORK/diary ]] || fail "a file was left behind"

step "The message says under which key, and what for, to anybody who asks. None of that is secret; all of it is authenticated."
fastness inspect "$WORK/ledger.encrypted" | tee "$WORK/inspected"
grep -qF "$arn" "$WORK/inspected" || fail "the message does not name its key"
grep -qF 'purpose = ledger' "$WORK/inspected" || fail "the message does not say what it is for"

step "To write is one right, to read another."
denied "because no identity-based policy allows the kms:Decrypt action" \
    as writer fastness decrypt --key "$arn" -o "$WORK/read" "$WORK/ledger.encrypted"
allowed "${decrypt[@]}" -c purpose=ledger -o "$WORK/read" "$WORK/ledger.encrypted"
cmp "$WORK/ledger" "$WORK/read" || fail "the file came back changed"

step "Who reads says what it expects. A message that was made for something else is none of it."
refused "encryption context" "${decrypt[@]}" -c purpose=diary -o "$WORK/other" "$WORK/ledger.encrypted"

step "One byte changed, or one byte missing, and there is no file at all."
cp "$WORK/ledger.encrypted" "$WORK/forged"
byte=$(od -An -j 2500000 -N 1 -tu1 "$WORK/forged")
printf "$(printf '\\x%02x' $((byte ^ 1)))" | dd of="$WORK/forged" bs=1 seek=2500000 conv=notrunc status=none
refused "does not verify" "${decrypt[@]}" -o "$WORK/other" "$WORK/forged"
head -c -1 "$WORK/ledger.encrypted" >"$WORK/short"
refused "cut off" "${decrypt[@]}" -o "$WORK/other" "$WORK/short"
[[ ! -e $WORK/other ]] || fail "a file was left behind"

step "A key can be lost. So wrap the data key twice, the second time with a key that lies elsewhere: either of them opens the
   file, and it is encrypted only once."
allowed "${encrypt[@]}" --key "$safe_arn" -c purpose=ledger --overwrite "$WORK/ledger"
state() { aws kms describe-key --key-id "$1" --query KeyMetadata.KeyState; }
is_disabled() { [[ $(state "$1") == Disabled ]]; }
allowed aws kms disable-key --key-id "$mine"
eventually is_disabled "$mine"
refused DisabledException "${decrypt[@]}" -o "$WORK/other" "$WORK/ledger.encrypted"
allowed as reader fastness decrypt --key "$safe_arn" -o "$WORK/other" "$WORK/ledger.encrypted"
cmp "$WORK/ledger" "$WORK/other" || fail "the file came back changed"
