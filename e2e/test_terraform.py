"""Terraform makes users, roles, policies, a key and an organization, sees no difference, changes what changed, takes all away.

Runs where Terraform is installed and its AWS provider can be had.
"""

import os
import pathlib
import shutil
import subprocess

import botocore.exceptions
import pytest

INFRASTRUCTURE = pathlib.Path(__file__).parent / "infrastructure"
TERRAFORM = shutil.which("terraform")

NO_DIFFERENCE = 0


def plugins():
    """A folder that has the provider, where there is one: Terraform itself looks in few places."""
    places = ["/opt", "/usr/share", "/usr/local/share", pathlib.Path.home() / ".terraform.d"]
    found = (mirror.parents[2] for place in places for mirror in pathlib.Path(place).glob("*/*/hashicorp/aws"))
    return next((f"-plugin-dir={folder}" for folder in found), None)


@pytest.fixture(scope="module")
def terraform(dev, tmp_path_factory):
    """Runs Terraform in a folder of its own; gives its exit status and output."""
    return prepared(dev, tmp_path_factory.mktemp("terraform"), INFRASTRUCTURE / "main.tf")


@pytest.fixture(scope="module")
def keys(dev, tmp_path_factory):
    """The same with keys of several Regions and of one's own making."""
    return prepared(dev, tmp_path_factory.mktemp("keys"), INFRASTRUCTURE / "keys.tf")


def prepared(dev, folder, configuration):
    if TERRAFORM is None:
        pytest.skip("Terraform is not installed")
    shutil.copy(configuration, folder)

    def terraform(command, *arguments, **variables):
        environment = os.environ | {"CHECKPOINT_DISABLE": "1", "TF_VAR_endpoint": dev.endpoint}
        environment |= {f"TF_VAR_{name}": str(value) for name, value in variables.items()}
        done = subprocess.run(
            [TERRAFORM, command, "-no-color", "-input=false", *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
        )
        return done.returncode, done.stdout + done.stderr

    status, output = terraform("init", *filter(None, [plugins()]))
    if status != 0:
        pytest.skip(f"Terraform's AWS provider cannot be had:\n{output}")
    return terraform


def test_terraform_applies_sees_no_difference_changes_and_destroys(dev, terraform):
    first, second = {"user": "tf-ada", "seconds": 7200}, {"user": "tf-lovelace", "seconds": 3600}
    for variables in [first, second]:
        status, output = terraform("apply", "-auto-approve", **variables)
        assert status == 0, output
        status, output = terraform("plan", "-detailed-exitcode", **variables)
        assert status == NO_DIFFERENCE, output
    iam = dev.client("iam")
    assert iam.get_user(UserName="tf-lovelace")["User"]["Arn"].endswith("user/staff/tf-lovelace")
    assert iam.get_role(RoleName="tf-app")["Role"]["MaxSessionDuration"] == 3600
    # A new account may not leave its organization in the first days.
    dev.fastness("clock", "advance", "8d")
    status, output = terraform("destroy", "-auto-approve", **second)
    assert status == 0, output
    assert not [user for user in iam.list_users()["Users"] if user["UserName"].startswith("tf-")]
    assert iam.list_policies(Scope="Local", PathPrefix="/app/")["Policies"] == []
    with pytest.raises(botocore.exceptions.ClientError, match="AWSOrganizationsNotInUseException"):
        dev.client("organizations").describe_organization()


def test_terraform_keeps_keys_of_several_regions_and_of_its_own_making(dev, keys):
    for description in ["one", "two"]:
        status, output = keys("apply", "-auto-approve", description=description)
        assert status == 0, output
        status, output = keys("plan", "-detailed-exitcode", description=description)
        assert status == NO_DIFFERENCE, output
    there = dev.client(region="eu-west-1")
    made = [there.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in there.list_keys()["Keys"]]
    made = [key for key in made if key["Description"] == "two"]
    assert sorted(key["Origin"] for key in made) == ["AWS_KMS", "EXTERNAL"]
    assert {key["MultiRegionConfiguration"]["PrimaryKey"]["Region"] for key in made} == {"eu-central-1"}
    status, output = keys("destroy", "-auto-approve", description="two")
    assert status == 0, output
