#!/usr/bin/env bash
# Encrypted here, decrypted there: a file whose data key is under a multi-Region key opens in every Region that has it.
source "$(dirname "$0")/lib.sh"
needs fastness

head -c 300000 /dev/urandom >"$WORK/archive"

here=${AWS_REGION:-${AWS_DEFAULT_REGION:-us-east-1}}
there=eu-west-1
[[ $here != "$there" ]] || there=eu-central-1

user writer
user reader
key mine --multi-region
arn=$(aws kms describe-key --key-id "$mine" --query KeyMetadata.Arn)
replica=${arn/:$here:/:$there:}
permit writer '{
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "kms:GenerateDataKey", "Resource": "'"$arn"'"}]
}'
permit reader '{
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "'"$replica"'"}]
}'
patiently aws kms replicate-key --key-id "$mine" --replica-region "$there"
undo aws kms schedule-key-deletion --key-id "$mine" --region "$there" --pending-window-in-days 7
is_ready() { [[ $(aws kms describe-key --key-id "$mine" --region "$there" --query KeyMetadata.KeyState) == Enabled ]]; }
eventually is_ready

step "The file is encrypted in $here, where it is made."
allowed as writer fastness encrypt --key "$arn" --region "$here" -c tenant=north "$WORK/archive"
fastness inspect "$WORK/archive.encrypted" | tee "$WORK/inspected"
grep -qF "$arn" "$WORK/inspected" || fail "the message does not name the key of $here"

step "It is copied to $there, as it is. There the sibling of the key opens it: the message names the one, the reader the other,
   and they are the same key. Nobody is asked in $here, which may be far away, or down."
allowed as reader fastness decrypt --key "$replica" --region "$there" -c tenant=north -o "$WORK/read" "$WORK/archive.encrypted"
cmp "$WORK/archive" "$WORK/read" || fail "the file came back changed"

step "Each Region decides for itself who may. This reader is one in $there, and none in $here."
denied "because no identity-based policy allows the kms:Decrypt action" \
    as reader fastness decrypt --key "$arn" --region "$here" -o "$WORK/other" "$WORK/archive.encrypted"

step "A key of one Region alone stays there, whatever it is called. A file under it does not open elsewhere."
key single
single_arn=$(aws kms describe-key --key-id "$single" --query KeyMetadata.Arn)
allowed fastness encrypt --key "$single_arn" -o "$WORK/stays" "$WORK/archive"
refused "none of the wrapping keys" as reader fastness decrypt --key "$replica" --region "$there" -o "$WORK/other" "$WORK/stays"
[[ ! -e $WORK/other ]] || fail "a file was left behind"
