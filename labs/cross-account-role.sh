#!/usr/bin/env bash
# A role in another account: people of one account work in another without sharing credentials.
source "$(dirname "$0")/lib.sh"

step "Two accounts. The first manages an organization, the second is a member of it that was just made."
home=$(account)
organization
member away workshop
user admin
administrator admin

step "A member account begins with one role that the management account's administrators may assume."
assume admin "arn:aws:iam::$away:role/OrganizationAccountAccessRole" workshop
same "$away" "$(as workshop aws sts get-caller-identity --query Account)"
theirs=$(as workshop aws kms create-key --query KeyMetadata.Arn)

step "The second account offers a role: who may assume it (its trust policy), and what it may do (its permissions)."
as workshop aws iam create-role --role-name auditor --assume-role-policy-document '{
    "Version": "2012-10-17",
    "Statement": [{
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::'"$home"':root"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "ticket-4711"}}
    }]
}' >/dev/null
as workshop aws iam put-role-policy --role-name auditor --policy-name look --policy-document '{
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["kms:ListKeys", "kms:DescribeKey"], "Resource": "*"}]
}'

step "The trust policy names the first account, not Alice. Her own account has to let her as well."
user alice
role="arn:aws:iam::$away:role/auditor"
denied "is not authorized to perform: sts:AssumeRole" \
    as alice aws sts assume-role --role-arn "$role" --role-session-name alice --external-id ticket-4711
permit alice '{
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "'"$role"'"}]
}'

step "The external id is a word that only the right client knows: without it, or with a wrong one, there is no session."
denied "is not authorized to perform: sts:AssumeRole" \
    as alice aws sts assume-role --role-arn "$role" --role-session-name alice
denied "is not authorized to perform: sts:AssumeRole" \
    as alice aws sts assume-role --role-arn "$role" --role-session-name alice --external-id ticket-1
assume alice "$role" audit --external-id ticket-4711

step "The session is of the second account: it sees what the role may see there, and does nothing else."
same "arn:aws:sts::$away:assumed-role/auditor/audit" "$(as audit aws sts get-caller-identity --query Arn)"
allowed as audit aws kms describe-key --key-id "$theirs"
denied "because no identity-based policy allows the kms:DisableKey action" \
    as audit aws kms disable-key --key-id "$theirs"
denied "is not authorized to perform: kms:DescribeKey" as alice aws kms describe-key --key-id "$theirs"

step "Without the role's permissions the session is worth nothing, though its credentials are still good."
as workshop aws iam delete-role-policy --role-name auditor --policy-name look
denied "because no identity-based policy allows the kms:DescribeKey action" \
    as audit aws kms describe-key --key-id "$theirs"
