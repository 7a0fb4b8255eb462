#!/usr/bin/env bash
# A key policy: those who administer a key are not those who use it.
source "$(dirname "$0")/lib.sh"

printf 'meet me at the old mill' >"$WORK/plain"

home=$(account)
user keeper
user worker

step "The key's own policy says who does what with it. What it does not let anyone do, nobody can, the account's
   administrators included; so it lets the account administer, and keeps the use of the key to one user."
policy='{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "TheAccountAdministers",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::'"$home"':root"},
            "Action": ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"],
            "Resource": "*"
        },
        {
            "Sid": "TheKeeperAdministers",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::'"$home:user/$LAB-keeper"'"},
            "Action": ["kms:DescribeKey", "kms:EnableKey", "kms:DisableKey", "kms:TagResource", "kms:GetKeyPolicy"],
            "Resource": "*"
        },
        {
            "Sid": "TheWorkerUses",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::'"$home:user/$LAB-worker"'"},
            "Action": ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*", "kms:DescribeKey"],
            "Resource": "*"
        }
    ]
}'
key mine --policy "$policy"

step "The worker has no policy of its own: the key's policy names it, and in one account that is enough."
allowed as worker aws kms encrypt --key-id "$mine" --plaintext "fileb://$WORK/plain" --query CiphertextBlob
base64 --decode <"$WORK/out" >"$WORK/sealed"
allowed as worker aws kms decrypt --ciphertext-blob "fileb://$WORK/sealed" --query Plaintext
same "$(base64 <"$WORK/plain")" "$(<"$WORK/out")"
denied "is not authorized to perform: kms:DisableKey" as worker aws kms disable-key --key-id "$mine"

step "The keeper switches the key off and on, and reads nothing."
allowed as keeper aws kms disable-key --key-id "$mine"
allowed as keeper aws kms enable-key --key-id "$mine"
denied "is not authorized to perform: kms:Decrypt" \
    as keeper aws kms decrypt --ciphertext-blob "fileb://$WORK/sealed"

step "An administrator of the account may do everything that the key leaves to the account, and so cannot read either."
user admin
administrator admin
allowed as admin aws kms describe-key --key-id "$mine"
denied "is not authorized to perform: kms:Decrypt" \
    as admin aws kms decrypt --ciphertext-blob "fileb://$WORK/sealed"

step "A policy that would lock out whoever sets it is refused."
refused MalformedPolicyDocumentException as admin aws kms put-key-policy --key-id "$mine" --policy-name default --policy '{
    "Version": "2012-10-17",
    "Statement": [{
        "Effect": "Allow", "Action": "kms:*", "Resource": "*",
        "Principal": {"AWS": "arn:aws:iam::'"$home:user/$LAB-worker"'"}
    }]
}'

step "Who is deleted and made again under the old name is somebody else: the key does not know the new worker."
id=$(sed -n 's/^AWS_ACCESS_KEY_ID=//p' "$WORK/worker.env")
aws iam delete-access-key --user-name "$LAB-worker" --access-key-id "$id"
aws iam delete-user --user-name "$LAB-worker"
user worker
denied "is not authorized to perform: kms:Decrypt" \
    as worker aws kms decrypt --ciphertext-blob "fileb://$WORK/sealed"
