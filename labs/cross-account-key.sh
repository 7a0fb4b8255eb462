#!/usr/bin/env bash
# A key for another account: the key lets the account in, and the account lets its own people out. It takes both.
source "$(dirname "$0")/lib.sh"

printf 'meet me at the old mill' >"$WORK/plain"

step "Two accounts. The first has a key, the second a program that is to encrypt with it. (The second is made anew.)"
home=$(account)
organization
member away workshop
user admin
administrator admin
assume admin "arn:aws:iam::$away:role/OrganizationAccountAccessRole" workshop
as workshop aws iam create-user --user-name program >/dev/null
read -r id secret < <(as workshop aws iam create-access-key --user-name program \
    --query 'AccessKey.[AccessKeyId,SecretAccessKey]')
printf 'AWS_ACCESS_KEY_ID=%s\nAWS_SECRET_ACCESS_KEY=%s\n' "$id" "$secret" >"$WORK/program.env"

let_program() {
    as workshop aws iam put-user-policy --user-name program --policy-name own --policy-document '{
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["kms:Encrypt", "kms:DescribeKey"], "Resource": "'"$1"'"}]
    }'
}

step "A key as it is made is its own account's affair. The program's account may say what it likes."
key closed
closed_arn=$(aws kms describe-key --key-id "$closed" --query KeyMetadata.Arn)
let_program "*"
denied "no resource-based policy allows the kms:Encrypt action" \
    as program aws kms encrypt --key-id "$closed_arn" --plaintext "fileb://$WORK/plain"

step "The other key's policy names the second account: to encrypt and to look, and not to decrypt."
key shared --policy '{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "OwnAccount", "Effect": "Allow", "Action": "kms:*", "Resource": "*",
            "Principal": {"AWS": "arn:aws:iam::'"$home"':root"}
        },
        {
            "Sid": "OtherAccount", "Effect": "Allow", "Action": ["kms:Encrypt", "kms:DescribeKey"], "Resource": "*",
            "Principal": {"AWS": "arn:aws:iam::'"$away"':root"}
        }
    ]
}'
shared_arn=$(aws kms describe-key --key-id "$shared" --query KeyMetadata.Arn)
encrypt=(as program aws kms encrypt --key-id "$shared_arn" --plaintext "fileb://$WORK/plain")

step "That opens the door to the account and to nobody in it: the program needs its own account's leave besides."
let_program "$closed_arn"
denied "because no identity-based policy allows the kms:Encrypt action" "${encrypt[@]}"
let_program "$shared_arn"
allowed "${encrypt[@]}" --query '[KeyId,CiphertextBlob]'
read -r used blob <"$WORK/out"
same "$shared_arn" "$used"
base64 --decode <<<"$blob" >"$WORK/sealed"

step "It calls the key by its ARN. An id alone is looked for in the caller's own account, and lists show that only."
refused NotFoundException as workshop aws kms describe-key --key-id "$shared"
same "" "$(as workshop aws kms list-keys --query "Keys[?KeyId=='$shared'].KeyId")"

step "What the key does not give, the second account cannot give: not even its administrators decrypt there."
denied "no resource-based policy allows the kms:Decrypt action" \
    as workshop aws kms decrypt --ciphertext-blob "fileb://$WORK/sealed" --key-id "$shared_arn"
denied "is not authorized to perform: kms:DisableKey" as workshop aws kms disable-key --key-id "$shared_arn"

step "The first account reads what the program sealed."
user reader
permit reader '{
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "'"$shared_arn"'"}]
}'
allowed as reader aws kms decrypt --ciphertext-blob "fileb://$WORK/sealed" --query Plaintext
same "$(base64 <"$WORK/plain")" "$(<"$WORK/out")"
