#!/usr/bin/env bash
# A service control policy: whole accounts kept out of a Region, their administrators included.
source "$(dirname "$0")/lib.sh"

step "An organization with a unit, and a member account in it."
organization
root=$(aws organizations list-roots --query 'Roots[0].Id')
service_control_policies "$root"
unit=$(aws organizations create-organizational-unit --parent-id "$root" --name "$LAB" --query OrganizationalUnit.Id)
undo aws organizations delete-organizational-unit --organizational-unit-id "$unit"
member away workshop
aws organizations move-account --account-id "$away" --source-parent-id "$root" --destination-parent-id "$unit"
undo aws organizations move-account --account-id "$away" --source-parent-id "$unit" --destination-parent-id "$root"

step "Its administrator works in two Regions."
user admin
administrator admin
assume admin "arn:aws:iam::$away:role/OrganizationAccountAccessRole" workshop
allowed as workshop aws kms list-keys --region us-east-1
allowed as workshop aws kms list-keys --region eu-west-1

step "The company wants one Region only. The policy denies every other; services that are everywhere are left out."
policy=$(aws organizations create-policy --name "$LAB" --description "One Region" --type SERVICE_CONTROL_POLICY \
    --query Policy.PolicySummary.Id --content '{
    "Version": "2012-10-17",
    "Statement": [{
        "Sid": "OneRegion",
        "Effect": "Deny",
        "NotAction": ["iam:*", "sts:*", "organizations:*"],
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}}
    }]
}')
undo aws organizations delete-policy --policy-id "$policy"
aws organizations attach-policy --policy-id "$policy" --target-id "$unit"
undo aws organizations detach-policy --policy-id "$policy" --target-id "$unit"

step "No policy of the account can allow it again: its administrator is denied, in the other Region alone."
denied "with an explicit deny in a service control policy" as workshop aws kms list-keys --region eu-west-1
denied "with an explicit deny in a service control policy" as workshop aws kms create-key --region eu-west-1
allowed as workshop aws kms list-keys --region us-east-1

step "The management account is bound by no such policy. That is why nothing should run in it."
allowed as admin aws kms list-keys --region eu-west-1

step "Detached, it is gone."
aws organizations detach-policy --policy-id "$policy" --target-id "$unit"
allowed as workshop aws kms list-keys --region eu-west-1
