#!/usr/bin/env bash
# A backup through a pipe: encrypted before it touches a disk, and put back only if all of it is there.
source "$(dirname "$0")/lib.sh"
needs fastness

mkdir -p "$WORK/home/letters"
head -c 3000000 /dev/urandom >"$WORK/home/photo"
for letter in $(seq 40); do
    printf 'Dear %d,\nmeet me at the old mill.\n' "$letter" >"$WORK/home/letters/$letter"
done

user backup
user restore
key mine
alias="alias/$LAB-backups"
aws kms create-alias --alias-name "$alias" --target-key-id "$mine"
undo aws kms delete-alias --alias-name "$alias"
arn=$(aws kms describe-key --key-id "$mine" --query KeyMetadata.Arn)
permit backup '{
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "kms:GenerateDataKey", "Resource": "'"$arn"'"}]
}'
permit restore '{
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["kms:Decrypt", "kms:DescribeKey"], "Resource": "'"$arn"'"}]
}'

# Unsigned messages go at the speed of AES. Whoever can read them could have written them: right for one's own backups.
back_up() { tar -C "$WORK/home" -c . | as backup fastness encrypt --key "$alias" --unsigned -c "host=$LAB" >"$1"; }
# Puts a backup into a directory that must not be there yet, and which is there only if all went well.
put_back() {
    rm -rf "$WORK/incoming"
    mkdir "$WORK/incoming"
    as "$2" fastness decrypt --key "$alias" --unsigned -c "host=$LAB" <"$1" | tar -C "$WORK/incoming" -x || return
    mv "$WORK/incoming" "$3"
}

step "tar writes, fastness encrypts, and what reaches the disk is ciphertext. There is no temporary file, and memory stays the
   same whatever the size."
allowed back_up "$WORK/monday"
allowed fastness inspect "$WORK/monday"
if grep -qa "old mill" "$WORK/monday"; then fail "the backup can be read"; fi

step "The machine that makes backups cannot read them. If it is broken into, those of yesterday are safe."
denied "because no identity-based policy allows" put_back "$WORK/monday" backup "$WORK/stolen"
[[ ! -e $WORK/stolen ]] || fail "it was put back"

step "Another may, on another machine perhaps. It names the context that it expects: a backup of another host is none of it."
allowed put_back "$WORK/monday" restore "$WORK/restored"
diff -r "$WORK/home" "$WORK/restored" || fail "the backup came back changed"

step "A pipe carries what is verified so far, and only the end tells whether that was all. This backup was cut off: the status
   says so, and the directory does not get its name."
head -c 2000000 "$WORK/monday" >"$WORK/cut"
refused "cut off" put_back "$WORK/cut" restore "$WORK/half"
[[ ! -e $WORK/half ]] || fail "half a backup was put back"

step "It streams over a network just as well; the other side needs no key."
allowed back_up /dev/stdout
cp "$WORK/out" "$WORK/tuesday"
allowed put_back "$WORK/tuesday" restore "$WORK/again"
diff -r "$WORK/home" "$WORK/again" || fail "the backup came back changed"
