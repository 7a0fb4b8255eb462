#!/usr/bin/env bash
# A key in two Regions: what one encrypts the other decrypts, and each decides for itself who may.
source "$(dirname "$0")/lib.sh"

printf 'meet me at the old mill' >"$WORK/plain"

here=${AWS_REGION:-${AWS_DEFAULT_REGION:-us-east-1}}
there=eu-west-1
[[ $here != "$there" ]] || there=eu-central-1

user writer
user reader
user planner
key mine --multi-region
arn=$(aws kms describe-key --key-id "$mine" --query KeyMetadata.Arn)
replica=${arn/:$here:/:$there:}

permit writer '{
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "kms:Encrypt", "Resource": "'"$arn"'"}]
}'
permit reader '{
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "'"$replica"'"}]
}'

state() { aws kms describe-key --key-id "$mine" --region "$1" --query KeyMetadata.KeyState; }
is() { [[ $(state "$1") == "$2" ]]; }
primary() { aws kms describe-key --key-id "$mine" --query KeyMetadata.MultiRegionConfiguration.PrimaryKey.Region; }
is_primary() { [[ $(primary) == "$1" ]]; }

step "The primary is a key like any other, but for its name: a key that may have siblings is called mrk-…"
[[ $mine == mrk-* ]] || fail "$mine is no multi-Region key"
same PRIMARY "$(aws kms describe-key --key-id "$mine" --query KeyMetadata.MultiRegionConfiguration.MultiRegionKeyType)"
allowed as writer aws kms encrypt --key-id "$mine" --plaintext "fileb://$WORK/plain" --query CiphertextBlob
base64 --decode <"$WORK/out" >"$WORK/message"

step "To replicate it takes leave on the primary and leave to make keys in the other Region. A policy can say which."
replicate=(as planner aws kms replicate-key --key-id "$mine" --replica-region "$there")
permit planner '{
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "kms:ReplicateKey", "Resource": "'"$arn"'"},
        {
            "Effect": "Allow", "Action": "kms:CreateKey", "Resource": "*",
            "Condition": {"StringEquals": {"aws:RequestedRegion": "'"$here"'"}}
        }
    ]
}'
denied "because no identity-based policy allows the kms:CreateKey action" "${replicate[@]}"
permit planner '{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow", "Action": "kms:ReplicateKey", "Resource": "'"$arn"'",
            "Condition": {"StringEquals": {"kms:ReplicaRegion": "'"$there"'"}}
        },
        {
            "Effect": "Allow", "Action": "kms:CreateKey", "Resource": "*",
            "Condition": {"StringEquals": {"aws:RequestedRegion": "'"$there"'"}}
        },
        {"Effect": "Allow", "Action": "kms:UpdatePrimaryRegion", "Resource": ["'"$arn"'", "'"$replica"'"]}
    ]
}'
allowed "${replicate[@]}" --query ReplicaKeyMetadata.KeyState
undo aws kms schedule-key-deletion --key-id "$mine" --region "$there" --pending-window-in-days 7
eventually is "$there" Enabled
refused AlreadyExistsException "${replicate[@]}"

step "What was encrypted here, before there was a replica, opens there. No call crosses the Regions: the ciphertext travels,
   and the key is there already."
allowed as reader aws kms decrypt --ciphertext-blob "fileb://$WORK/message" --region "$there" --query '[KeyId,Plaintext]'
same "$replica $(base64 <"$WORK/plain")" "$(tr '\t' ' ' <"$WORK/out")"

step "The siblings share their material, not their gates: who may read there may not read here."
denied "because no identity-based policy allows the kms:Decrypt action" \
    as reader aws kms decrypt --ciphertext-blob "fileb://$WORK/message"
allowed aws kms disable-key --key-id "$mine"
eventually is "$here" Disabled
allowed as reader aws kms decrypt --ciphertext-blob "fileb://$WORK/message" --region "$there"
allowed aws kms enable-key --key-id "$mine"
eventually is "$here" Enabled

step "One of them is the primary: it is the one that is replicated and rotated. The part can be given to another."
move=(as planner aws kms update-primary-region --key-id "$mine" --primary-region "$there")
allowed "${move[@]}"
eventually is_primary "$there"
eventually is "$here" Enabled
eventually is "$there" Enabled
allowed as reader aws kms decrypt --ciphertext-blob "fileb://$WORK/message" --region "$there"

step "A primary is never deleted before its replicas: it waits for the last of them, however long that is."
allowed aws kms schedule-key-deletion --key-id "$mine" --region "$there" --pending-window-in-days 7
eventually is "$there" PendingReplicaDeletion
allowed aws kms schedule-key-deletion --key-id "$mine" --pending-window-in-days 7
if pass 169h; then
    eventually is "$there" PendingDeletion
fi
