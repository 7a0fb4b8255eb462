#!/usr/bin/env bash
# A permissions boundary: developers make roles for their programs without making themselves administrators.
source "$(dirname "$0")/lib.sh"

home=$(account)

step "The boundary is a policy that grants nothing. It is the most that whoever has it can ever be granted."
boundary=$(aws iam create-policy --policy-name "$LAB-boundary" --query Policy.Arn --policy-document '{
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["kms:*", "sts:GetCallerIdentity"], "Resource": "*"}]
}')
undo aws iam delete-policy --policy-arn "$boundary"

step "Dana develops. She may make roles and give them policies, but only roles that have the boundary."
user dana
permit dana '{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "MakeBoundedRoles",
            "Effect": "Allow",
            "Action": ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"],
            "Resource": "arn:aws:iam::'"$home"':role/'"$LAB"'-*",
            "Condition": {"StringEquals": {"iam:PermissionsBoundary": "'"$boundary"'"}}
        },
        {
            "Sid": "AssumeThem",
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Resource": "arn:aws:iam::'"$home"':role/'"$LAB"'-*"
        }
    ]
}'
trust='{
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "'"$home"'"}, "Action": "sts:AssumeRole"}]
}'
denied "because no identity-based policy allows the iam:CreateRole action" \
    as dana aws iam create-role --role-name "$LAB-app" --assume-role-policy-document "$trust"
allowed as dana aws iam create-role --role-name "$LAB-app" --assume-role-policy-document "$trust" \
    --permissions-boundary "$boundary"
undo aws iam delete-role --role-name "$LAB-app"

step "She gives her role everything. It gets what the boundary leaves of that."
allowed as dana aws iam attach-role-policy --role-name "$LAB-app" \
    --policy-arn arn:aws:iam::aws:policy/AdministratorAccess
undo aws iam detach-role-policy --role-name "$LAB-app" --policy-arn arn:aws:iam::aws:policy/AdministratorAccess
assume dana "arn:aws:iam::$home:role/$LAB-app" app
allowed as app aws kms list-keys
denied "because no permissions boundary allows the iam:CreateUser action" \
    as app aws iam create-user --user-name "$LAB-mallory"

step "So the ways around it are closed: she cannot take the boundary away, nor widen it, nor touch other roles."
denied "is not authorized to perform: iam:DeleteRolePermissionsBoundary" \
    as dana aws iam delete-role-permissions-boundary --role-name "$LAB-app"
denied "is not authorized to perform: iam:PutRolePermissionsBoundary" \
    as dana aws iam put-role-permissions-boundary --role-name "$LAB-app" \
    --permissions-boundary arn:aws:iam::aws:policy/AdministratorAccess
denied "is not authorized to perform: iam:CreatePolicyVersion" \
    as dana aws iam create-policy-version --policy-arn "$boundary" --set-as-default --policy-document '{
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
denied "is not authorized to perform: iam:PutUserPolicy" \
    as dana aws iam put-user-policy --user-name "$LAB-dana" --policy-name more --policy-document '{
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
