# Keys that Terraform keeps beside the plain ones: in two Regions, with material from outside, and both at once.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "endpoint" { type = string }
variable "description" { type = string }

provider "aws" {
  region                  = "eu-central-1"
  access_key              = "test"
  secret_key              = "test"
  skip_metadata_api_check = true
  skip_region_validation  = true
  endpoints {
    kms = var.endpoint
    sts = var.endpoint
  }
}

provider "aws" {
  alias                   = "there"
  region                  = "eu-west-1"
  access_key              = "test"
  secret_key              = "test"
  skip_metadata_api_check = true
  skip_region_validation  = true
  endpoints {
    kms = var.endpoint
    sts = var.endpoint
  }
}

resource "aws_kms_key" "primary" {
  description             = var.description
  multi_region            = true
  enable_key_rotation     = true
  deletion_window_in_days = 7
}

resource "aws_kms_replica_key" "replica" {
  provider                = aws.there
  description             = var.description
  primary_key_arn         = aws_kms_key.primary.arn
  deletion_window_in_days = 7
  tags                    = { where = "there" }
}

resource "aws_kms_external_key" "own" {
  description             = var.description
  key_material_base64     = base64encode("32 bytes that somebody has drawn")
  multi_region            = true
  enabled                 = true
  deletion_window_in_days = 7
}

resource "aws_kms_replica_external_key" "own" {
  provider                = aws.there
  description             = var.description
  primary_key_arn         = aws_kms_external_key.own.arn
  key_material_base64     = base64encode("32 bytes that somebody has drawn")
  enabled                 = true
  deletion_window_in_days = 7
}
