# What an administrator keeps in Terraform: people, what they may do, and what runs in their stead.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "endpoint" { type = string }
variable "user" { type = string }
variable "seconds" { type = number }

provider "aws" {
  # Not the Region of IAM's signatures at AWS: clients with an endpoint of their own sign for this one.
  region                      = "eu-central-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_metadata_api_check     = true
  skip_region_validation      = true
  endpoints {
    iam           = var.endpoint
    kms           = var.endpoint
    organizations = var.endpoint
    sts           = var.endpoint
  }
}

data "aws_iam_policy_document" "reads" {
  statement {
    sid       = "Read"
    actions   = ["s3:GetObject", "s3:ListBucket"]
    resources = ["*"]
  }
  statement {
    effect    = "Deny"
    actions   = ["s3:DeleteBucket"]
    resources = ["*"]
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = [aws_iam_user.ada.arn, "arn:aws:iam::123456789012:root"]
    }
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_account_alias" "house" {
  account_alias = "terraformed"
}

resource "aws_iam_user" "ada" {
  name                 = var.user
  path                 = "/staff/"
  permissions_boundary = "arn:aws:iam::aws:policy/PowerUserAccess"
  tags                 = { team = "red" }
}

resource "aws_iam_access_key" "ada" {
  user = aws_iam_user.ada.name
}

resource "aws_iam_user_policy" "own" {
  name   = "own"
  user   = aws_iam_user.ada.name
  policy = data.aws_iam_policy_document.reads.json
}

resource "aws_iam_user_policy_attachment" "ada" {
  user       = aws_iam_user.ada.name
  policy_arn = aws_iam_policy.app.arn
}

resource "aws_iam_group" "operators" {
  name = "tf-operators"
}

resource "aws_iam_group_membership" "operators" {
  name  = "operators"
  group = aws_iam_group.operators.name
  users = [aws_iam_user.ada.name]
}

resource "aws_iam_group_policy" "own" {
  name   = "own"
  group  = aws_iam_group.operators.name
  policy = data.aws_iam_policy_document.reads.json
}

resource "aws_iam_group_policy_attachment" "operators" {
  group      = aws_iam_group.operators.name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_iam_policy" "app" {
  name        = "tf-app"
  path        = "/app/"
  description = "for the app"
  policy      = data.aws_iam_policy_document.reads.json
  tags        = { team = "red" }
}

resource "aws_iam_role" "app" {
  name                 = "tf-app"
  path                 = "/service/"
  description          = "runs the app"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  max_session_duration = var.seconds
  permissions_boundary = aws_iam_policy.app.arn
  tags                 = { team = "red" }
}

resource "aws_iam_role_policy" "own" {
  name   = "own"
  role   = aws_iam_role.app.id
  policy = data.aws_iam_policy_document.reads.json
}

resource "aws_iam_role_policy_attachment" "app" {
  role       = aws_iam_role.app.name
  policy_arn = aws_iam_policy.app.arn
}

resource "aws_iam_instance_profile" "web" {
  name = "tf-web"
  role = aws_iam_role.app.name
  tags = { team = "red" }
}

data "aws_iam_policy" "reads_all" {
  name = "ReadOnlyAccess"
}

data "aws_iam_roles" "services" {
  path_prefix = "/service/"
  depends_on  = [aws_iam_role.app]
}

resource "aws_iam_openid_connect_provider" "forge" {
  url             = "https://token.example.com/forge"
  client_id_list  = ["sts.amazonaws.com"]
  thumbprint_list = ["9e99a48a9960b14926bb7f3b02e22da2b0ab7280"]
  tags            = { team = "red" }
}

resource "aws_iam_account_password_policy" "strict" {
  minimum_password_length        = 14
  require_symbols                = true
  allow_users_to_change_password = true
  max_password_age               = 90
  password_reuse_prevention      = 5
}

data "aws_iam_policy_document" "key" {
  statement {
    sid       = "Administer"
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::000000000000:root"]
    }
  }
  statement {
    sid       = "Use"
    actions   = ["kms:Encrypt", "kms:Decrypt"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = [aws_iam_user.ada.arn, aws_iam_role.app.arn]
    }
  }
}

resource "aws_kms_key" "orders" {
  description             = "orders"
  policy                  = data.aws_iam_policy_document.key.json
  enable_key_rotation     = true
  rotation_period_in_days = 180
  deletion_window_in_days = 7
  tags                    = { team = "red" }
}

resource "aws_kms_alias" "orders" {
  name          = "alias/tf-orders"
  target_key_id = aws_kms_key.orders.id
}

resource "aws_organizations_organization" "house" {
  feature_set          = "ALL"
  enabled_policy_types = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"]
}

resource "aws_organizations_organizational_unit" "sandbox" {
  name      = "sandbox"
  parent_id = aws_organizations_organization.house.roots[0].id
  tags      = { team = "red" }
}

resource "aws_organizations_account" "workshop" {
  name      = "workshop"
  email     = "workshop@example.com"
  parent_id = aws_organizations_organizational_unit.sandbox.id
  tags      = { team = "red" }
}

data "aws_iam_policy_document" "region" {
  statement {
    effect      = "Deny"
    not_actions = ["iam:*", "organizations:*", "sts:*"]
    resources   = ["*"]
    condition {
      test     = "StringNotEquals"
      variable = "aws:RequestedRegion"
      values   = ["eu-central-1"]
    }
  }
}

resource "aws_organizations_policy" "region" {
  name    = "one-region"
  content = data.aws_iam_policy_document.region.json
  tags    = { team = "red" }

  depends_on = [aws_organizations_organization.house]
}

resource "aws_organizations_policy_attachment" "region" {
  policy_id = aws_organizations_policy.region.id
  target_id = aws_organizations_organizational_unit.sandbox.id
}
