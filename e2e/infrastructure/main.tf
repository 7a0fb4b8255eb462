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
    iam = var.endpoint
    sts = var.endpoint
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
