#!/usr/bin/env bash
# Rotation: the key stays, its material changes, and what was encrypted before still opens.
source "$(dirname "$0")/lib.sh"

printf 'meet me at the old mill' >"$WORK/plain"

user app
user keeper
key mine
arn=$(aws kms describe-key --key-id "$mine" --query KeyMetadata.Arn)
permit app '{
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["kms:Encrypt", "kms:Decrypt"], "Resource": "'"$arn"'"}]
}'
permit keeper '{
    "Version": "2012-10-17",
    "Statement": [{
        "Effect": "Allow", "Resource": "'"$arn"'",
        "Action": ["kms:RotateKeyOnDemand", "kms:ListKeyRotations", "kms:EnableKeyRotation", "kms:GetKeyRotationStatus"]
    }]
}'

# The material that the key encrypts with now.
current() { aws kms describe-key --key-id "$mine" --query KeyMetadata.CurrentKeyMaterialId; }

# Whether the key was rotated that way.
rotated() {
    [[ $(as keeper aws kms list-key-rotations --key-id "$mine" --query "Rotations[?RotationType=='$1'].KeyId") == *"$mine"* ]]
}

# Encrypts the message into a file; what says which material a file needs.
encrypt() {
    allowed as app aws kms encrypt --key-id "$mine" --plaintext "fileb://$WORK/plain" --query CiphertextBlob
    base64 --decode <"$WORK/out" >"$WORK/$1"
}
material_of() {
    allowed as app aws kms decrypt --ciphertext-blob "fileb://$WORK/$1" --query '[Plaintext,KeyMaterialId]'
    local plaintext
    read -r plaintext material <"$WORK/out"
    same "$(base64 <"$WORK/plain")" "$plaintext"
}

step "A key is a name for its material: 256 bits that never leave. Whoever uses the key does not know which they are."
first=$(current)
encrypt before
material_of before
same "$first" "$material"

step "To rotate is to administer, not to use: the application may not. The keeper may, and it takes a moment."
denied "because no identity-based policy allows the kms:RotateKeyOnDemand action" \
    as app aws kms rotate-key-on-demand --key-id "$mine"
allowed as keeper aws kms rotate-key-on-demand --key-id "$mine"
eventually rotated ON_DEMAND

step "Id, ARN, policy and alias are what they were. The material is another, and the application did not notice."
second=$(current)
[[ $first != "$second" ]] || fail "the material is still $first"
encrypt after
material_of after
same "$second" "$material"

step "What was encrypted before opens as before: the key keeps the old material, and the ciphertext says which it needs.
   So a rotation takes nothing away, neither from you nor from whoever may use the key already."
material_of before
same "$first" "$material"

step "To have the old data under the new material, encrypt it anew; inside the service, nobody sees it in the clear."
user mover
permit mover '{
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["kms:ReEncryptFrom", "kms:ReEncryptTo"], "Resource": "'"$arn"'"}]
}'
allowed as mover aws kms re-encrypt --ciphertext-blob "fileb://$WORK/before" --destination-key-id "$mine" \
    --query CiphertextBlob
base64 --decode <"$WORK/out" >"$WORK/moved"
material_of moved
same "$second" "$material"

step "Or the service rotates by itself, each year if nothing else is said, at the earliest every 90 days."
same False "$(as keeper aws kms get-key-rotation-status --key-id "$mine" --query KeyRotationEnabled)"
refused ValidationException as keeper aws kms enable-key-rotation --key-id "$mine" --rotation-period-in-days 2561
allowed as keeper aws kms enable-key-rotation --key-id "$mine" --rotation-period-in-days 90
same "True 90" "$(as keeper aws kms get-key-rotation-status --key-id "$mine" \
    --query '[KeyRotationEnabled,RotationPeriodInDays]' | tr '\t' ' ')"
if pass 91d; then
    eventually rotated AUTOMATIC
    third=$(current)
    [[ $second != "$third" ]] || fail "the material is still $second"
    material_of before
    same "$first" "$material"
fi
