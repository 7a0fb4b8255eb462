"""The situations of `conformance/authorization`, built through the wire: accounts, principals, policies, organization.

The published cases ask for a secret, which has the usual rules; what stands for it here is a KMS key whose policy also
delegates to its account, for then a key has the usual rules too. Cases about keys and roles are taken as they are.

Guarantees: nothing is left out in silence: `Unbuildable` says why a case cannot be built, and the tests insist on how
many are. Sessions are made before the policies under test are in place, so that those decide about the request alone.
"""

import contextlib
import copy
import json
import pathlib
import re

import boto3
import botocore.exceptions

FOLDER = pathlib.Path(__file__).parent.parent / "conformance" / "authorization"

HERE, THERE, MANAGEMENT = "111122223333", "444455556666", "777788889999"
ROOT_KEYS = {HERE: "AKIAHEREROOT00000000", THERE: "AKIATHEREROOT0000000", MANAGEMENT: "AKIAMANAGEROOT000000"}
SECRET = "only-for-tests"
SEED = "\n".join(
    f'[[accounts]]\nid = "{account}"\nroot_access_keys = [{{ id = "{key}", secret = "{SECRET}" }}]\n' for account, key in ROOT_KEYS.items()
)

FULL_SCP = "p-FullAWSAccess"

# What stands for what, in this order: patterns and our words.
WORDS = [
    (r"arn:aws:secretsmanager:us-east-1:(\d+):secret:app-AbCdEf", r"arn:aws:kms:us-east-1:\1:key/app"),
    (r"kms:Encrypt\b", "kms:GenerateDataKey"),
    (r"kms:Decrypt\b", "kms:Encrypt"),
    (r"secretsmanager:GetSecretValue\b", "kms:Encrypt"),
    (r"secretsmanager:DeleteSecret\b", "kms:EnableKey"),
    (r"secretsmanager:ListSecrets\b", "kms:ListKeys"),
    (r"secretsmanager:", "kms:"),
    (r"(?i)aws:RequestTag/", "kms:EncryptionContext:"),
    (r"aws:TagKeys\b", "kms:EncryptionContextKeys"),
]


# The same for the operations of grants.
OPERATIONS = {"Decrypt": "Encrypt", "Encrypt": "GenerateDataKey"}

# Condition keys that follow from the caller, and those that a request can bring here.
KEYS = re.compile(
    r"aws:(Principal\w+(/.*)?|userid|username|TokenIssueTime|MultiFactorAuthPresent)"
    r"|kms:EncryptionContext.*|sts:(ExternalId|RoleSessionName)"
)


class Unbuildable(Exception):
    """The case asks for what cannot be made through the wire; the text says what."""


def cases(file):
    with open(FOLDER / file) as lines:
        return [json.loads(line) for line in lines]


def translated(value):
    """The case with our words for AWS services that are not there."""
    text = json.dumps(value)
    for word, ours in WORDS:
        text = re.sub(word, ours, text)
    return json.loads(text)


class World:
    """Three accounts, two of them members of the third's organization once somebody asks for that."""

    def __init__(self, server):
        self.server = server
        self.session = boto3.session.Session()
        self.clients = {}
        self.made = {}
        self.organization = None

    # Clients

    def root(self, service, account):
        return self.client(service, {"AccessKeyId": ROOT_KEYS[account], "SecretAccessKey": SECRET})

    def client(self, service, credentials):
        """A client with these credentials. Those of sessions are used once, and not kept."""
        access_key, secret, token = (credentials.get(part) for part in ("AccessKeyId", "SecretAccessKey", "SessionToken"))
        client = self.clients.get((service, access_key))
        if client is None:
            client = self.server.client(service, access_key=access_key, secret=secret, token=token, session=self.session)
            if token is None:
                self.clients[service, access_key] = client
        return client

    # Entities, which stay; what is attached to them does not.

    def entity(self, arn):
        """Makes the user or role of this ARN, once; gives its unique id."""
        if arn not in self.made:
            account, (kind, *path, name) = arn.split(":")[4], arn.split(":", 5)[5].split("/")
            path = "/" + "".join(f"{part}/" for part in path)
            iam = self.root("iam", account)
            if kind == "user":
                self.made[arn] = iam.create_user(UserName=name, Path=path)["User"]["UserId"]
            else:
                trust = statement("Allow", "sts:AssumeRole", Principal={"AWS": account})
                role = iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=json.dumps(trust))
                self.made[arn] = role["Role"]["RoleId"]
        return self.made[arn]

    def access_key(self, account, name):
        """The access key of a user, made once."""
        if (account, name) not in self.made:
            self.made[account, name] = self.root("iam", account).create_access_key(UserName=name)["AccessKey"]
        return self.made[account, name]

    def assumer(self, account):
        """A user of the account who may assume its roles."""
        arn = f"arn:aws:iam::{account}:user/assumer"
        if arn not in self.made:
            self.entity(arn)
            allow = json.dumps(statement("Allow", "sts:AssumeRole", Resource="*"))
            self.root("iam", account).put_user_policy(UserName="assumer", PolicyName="assume", PolicyDocument=allow)
        return self.access_key(account, "assumer")

    # The organization

    def join(self):
        """Makes the organization with both accounts in it: the first in a unit, the second at the root."""
        if self.organization is None:
            self.organization = Organization(self)
        return self.organization


def statement(effect, action, **more):
    return {"Version": "2012-10-17", "Statement": [{"Effect": effect, "Action": action, **more}]}


class Organization:
    def __init__(self, world):
        self.client = world.root("organizations", MANAGEMENT)
        self.client.create_organization(FeatureSet="ALL")
        root = self.client.list_roots()["Roots"][0]["Id"]
        for account in (HERE, THERE):
            shake = self.client.invite_account_to_organization(Target={"Type": "ACCOUNT", "Id": account})["Handshake"]["Id"]
            world.root("organizations", account).accept_handshake(HandshakeId=shake)
        unit = self.client.create_organizational_unit(ParentId=root, Name="unit")["OrganizationalUnit"]["Id"]
        self.client.move_account(AccountId=HERE, SourceParentId=root, DestinationParentId=unit)
        for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
            self.client.enable_policy_type(RootId=root, PolicyType=kind)
        self.levels = [root, unit, HERE]

    def targets(self, count):
        """What carries the policies of so many levels."""
        if count == 1:
            return self.levels[-1:]
        if count == 2:
            return [self.levels[0], self.levels[-1]]
        if count == 3:
            return self.levels
        raise Unbuildable("as many levels")

    def apply(self, kind, levels, cleanup, named):
        """Attaches the policies of each level; a service control policy that is not there is detached."""
        for target, policies in zip(self.targets(len(levels)), levels):
            full = [policy for policy in policies if is_full(policy["document"])]
            others = [policy for policy in policies if not is_full(policy["document"])]
            if not policies:
                raise Unbuildable("a level without any policy")
            for policy in others:
                content = json.dumps(policy["document"])
                made = self.client.create_policy(Name=f"p{len(named)}", Description="", Type=kind, Content=content)["Policy"]["PolicySummary"]
                named[policy["arn"]] = made["Arn"]
                cleanup.callback(self.client.delete_policy, PolicyId=made["Id"])
                self.client.attach_policy(PolicyId=made["Id"], TargetId=target)
                cleanup.callback(self.client.detach_policy, PolicyId=made["Id"], TargetId=target)
            if kind == "SERVICE_CONTROL_POLICY" and not full:
                self.client.detach_policy(PolicyId=FULL_SCP, TargetId=target)
                cleanup.callback(self.client.attach_policy, PolicyId=FULL_SCP, TargetId=target)


def is_full(document):
    return document["Statement"] in (
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"},
    )


class Situation:
    """One case, built; leaves the accounts as they were."""

    def __init__(self, world, case):
        self.world = world
        self.case = translated(case)
        # With a policy that delegates to its account, a key has the usual rules.
        self.is_usual = ":secretsmanager:" in (case.get("resource") or {}).get("arn", "")
        self.named = {}
        self.cleanup = contextlib.ExitStack()

    def __enter__(self):
        with self.cleanup:
            self.build()
            self.cleanup = self.cleanup.pop_all()
        return self

    def __exit__(self, *_):
        self.cleanup.close()

    def build(self):
        self.check()
        principal = self.case["principal"]
        for arn in self.case.get("exists", {}):
            self.world.entity(arn)
        credentials = getattr(self, f"as_{principal['type']}")(principal)
        self.target = self.resource()
        if self.target is not None:
            # Policies that name the resource mean the one that was made.
            wanted = self.case["resource"]["arn"]
            self.case = json.loads(json.dumps(self.case).replace(wanted, self.target))
        self.attach_own(principal)
        for kind, member in (("SERVICE_CONTROL_POLICY", "scp"), ("RESOURCE_CONTROL_POLICY", "rcp")):
            if member in self.case["policies"]:
                self.world.join().apply(kind, self.case["policies"][member], self.cleanup, self.named)
        self.client = self.world.client(self.case["action"].split(":")[0], credentials)

    def check(self):
        """Refuses what cannot be built."""
        policies, principal, context = (self.case[member] for member in ("policies", "principal", "context"))
        text = json.dumps(policies)
        if "endpoint" in policies:
            raise Unbuildable("VPC endpoints")
        if any("granteeServicePrincipal" in grant for grant in policies.get("grants", [])):
            raise Unbuildable("calls of a service in its own name")
        if "scp" in policies and principal.get("account") == THERE:
            raise Unbuildable("service control policies of the other account")
        if not hasattr(self, f"as_{principal['type']}"):
            raise Unbuildable(f"callers of type {principal['type']}")
        if principal.get("path", "/").startswith("/aws-service-role/"):
            raise Unbuildable("sessions of service-linked roles")
        for key in context:
            if not KEYS.fullmatch(key) or key.startswith("aws:PrincipalOrg"):
                raise Unbuildable(f"a value for {key}")
        if re.search(r"A(ID|RO)A\w|TokenIssueTime", text):
            raise Unbuildable("ids and times that the server chooses")
        for name in named_principals(policies.get("resource", {}).get("document", {})):
            if name not in self.case["exists"] and re.search(":(user|role)/", name):
                raise Unbuildable("principals that are not there")
        if "EncryptionContextKeys" in text and "kms:EncryptionContextKeys" not in context and encryption_context(context):
            raise Unbuildable("an encryption context without keys")

    # Who asks

    def as_root(self, principal):
        return {"AccessKeyId": ROOT_KEYS[principal["account"]], "SecretAccessKey": SECRET}

    def as_user(self, principal):
        self.world.entity(entity_arn("user", principal))
        self.tag("user", principal)
        return self.world.access_key(principal["account"], principal["name"])

    def as_role(self, principal):
        arn = entity_arn("role", principal)
        self.world.entity(arn)
        self.tag("role", principal)
        sts = self.world.client("sts", self.world.assumer(principal["account"]))
        return sts.assume_role(RoleArn=arn, RoleSessionName=principal["session"], **self.session(principal))["Credentials"]

    def as_federated(self, principal):
        account, user = principal["account"], principal["user"]
        if user is None:
            sts = self.world.root("sts", account)
        else:
            self.world.entity(entity_arn("user", {**user, "account": account}))
            sts = self.world.client("sts", self.world.access_key(account, user["name"]))
            iam = self.world.root("iam", account)
            allow = json.dumps(statement("Allow", "sts:GetFederationToken", Resource="*"))
            iam.put_user_policy(UserName=user["name"], PolicyName="federate", PolicyDocument=allow)
            self.cleanup.callback(iam.delete_user_policy, UserName=user["name"], PolicyName="federate")
        return sts.get_federation_token(Name=principal["name"], **self.session(principal))["Credentials"]

    def session(self, principal):
        """The session policies, as parameters."""
        policies = self.case["policies"].get("session", [])
        inline = [policy for policy in policies if "arn" not in policy]
        if len(inline) > 1:
            raise Unbuildable("two inline session policies")
        parameters = {"Policy": json.dumps(policy["document"]) for policy in inline}
        managed = [self.managed(principal["account"], policy) for policy in policies if "arn" in policy]
        if managed:
            parameters["PolicyArns"] = [{"arn": arn} for arn in managed]
        return parameters

    def tag(self, kind, principal):
        tags = [{"Key": key, "Value": value} for key, value in principal.get("tags", {}).items()]
        if tags:
            iam, name = self.world.root("iam", principal["account"]), {f"{kind.title()}Name": principal["name"]}
            getattr(iam, f"tag_{kind}")(Tags=tags, **name)
            self.cleanup.callback(getattr(iam, f"untag_{kind}"), TagKeys=[tag["Key"] for tag in tags], **name)

    # What is attached to whom

    def managed(self, account, policy):
        """Makes a managed policy; its ARN."""
        if policy["arn"].startswith("arn:aws:iam::aws:"):
            raise Unbuildable("managed policies of AWS with other contents")
        iam, name = self.world.root("iam", account), policy["arn"].rsplit("/", 1)[1]
        arn = iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(policy["document"]))["Policy"]["Arn"]
        self.cleanup.callback(iam.delete_policy, PolicyArn=arn)
        self.named[policy["arn"]] = arn
        return arn

    def attach_own(self, principal):
        """Identity-based policies and the boundary; those of a federated user are its user's."""
        kind, bearer = ("role", principal) if principal["type"] == "role" else ("user", principal)
        if principal["type"] == "federated":
            bearer = principal["user"]
        if principal["type"] == "root" or bearer is None:
            return
        policies, account = self.case["policies"], principal["account"]
        iam, name = self.world.root("iam", account), {f"{kind.title()}Name": bearer["name"]}

        def call(verb, undo, undone, **more):
            getattr(iam, verb.format(kind))(**name, **undone, **more)
            self.cleanup.callback(getattr(iam, undo.format(kind)), **name, **undone)

        for index, policy in enumerate(policies.get("identity", [])):
            if "arn" in policy:
                call("attach_{}_policy", "detach_{}_policy", {"PolicyArn": self.managed(account, policy)})
            else:
                document = json.dumps(policy["document"])
                call("put_{}_policy", "delete_{}_policy", {"PolicyName": f"own-{index}"}, PolicyDocument=document)
        if "boundary" in policies:
            arn = self.managed(account, policies["boundary"])
            call("put_{}_permissions_boundary", "delete_{}_permissions_boundary", {}, PermissionsBoundary=arn)

    # What is asked for

    def resource(self):
        """Makes the key or role; its ARN."""
        wanted, policy = self.case.get("resource"), self.case["policies"].get("resource")
        if wanted is None:
            return None
        owner = wanted["owner"]
        if wanted.get("awsManagedKey"):
            raise Unbuildable("keys of AWS's own with other policies")
        if wanted["arn"].endswith(":role/target"):
            iam = self.world.root("iam", owner)
            trust = json.dumps(policy["document"])
            role = iam.create_role(RoleName="target", AssumeRolePolicyDocument=trust)["Role"]
            self.cleanup.callback(iam.delete_role, RoleName="target")
            return role["Arn"]
        if ":key/" not in wanted["arn"]:
            raise Unbuildable("resources of " + wanted["arn"].split(":")[2])
        document = copy.deepcopy(policy["document"]) if policy else {"Version": "2012-10-17", "Statement": []}
        if self.is_usual:
            delegation = {"Effect": "Allow", "Principal": {"AWS": owner}, "Action": "kms:*", "Resource": "*"}
            statements = document["Statement"]
            document["Statement"] = [delegation, *(statements if isinstance(statements, list) else [statements])]
        kms, own = self.world.root("kms", owner), {"Policy": json.dumps(document), "BypassPolicyLockoutSafetyCheck": True}
        grants = self.case["policies"].get("grants", [])
        made = kms.create_key(**({} if grants else own))["KeyMetadata"]["Arn"]
        for grant in grants:
            self.grant(kms, made, grant)
        if grants:
            # Whoever may make grants by the default policy may not by every other.
            kms.put_key_policy(KeyId=made, **own)
        return made

    def grant(self, kms, key, grant):
        grantee = grant["granteePrincipal"]
        if re.search(":(user|role)/", grantee):
            self.world.entity(grantee)
        operations = [OPERATIONS.get(operation, operation) for operation in grant["operations"]]
        constraints = {"Constraints": grant["constraints"]} if "constraints" in grant else {}
        kms.create_grant(KeyId=key, GranteePrincipal=grantee, Operations=operations, **constraints)

    # The request and its answer

    def ask(self):
        """What the caller is told: None if it may, or the text of the refusal."""
        context = self.case["context"]
        try:
            match self.case["action"]:
                case "kms:Encrypt":
                    self.client.encrypt(KeyId=self.target, Plaintext=b"x", EncryptionContext=encryption_context(context))
                case "kms:ListKeys":
                    self.client.list_keys()
                case "sts:AssumeRole":
                    external = {"ExternalId": context["sts:ExternalId"]} if "sts:ExternalId" in context else {}
                    name = context.get("sts:RoleSessionName", "s1")
                    self.client.assume_role(RoleArn=self.target, RoleSessionName=name, **external)
                case "sts:GetCallerIdentity":
                    self.client.get_caller_identity()
                case other:
                    raise Unbuildable(f"{other}")
        except botocore.exceptions.ClientError as refusal:
            error = refusal.response["Error"]
            assert error["Code"] in ("AccessDeniedException", "AccessDenied"), error
            return error["Message"]
        return None

    def expected(self):
        """The text that the case expects, in terms of what was made."""
        expect = self.case["expect"]
        if expect["decision"] == "allow":
            return None
        message = expect["message"]
        if "policyArn" in expect:
            message += f": {self.named[expect['policyArn']]}"
        return message


def named_principals(document):
    """The names that a policy has under AWS."""
    statements = document.get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        principals = statement.get("Principal", statement.get("NotPrincipal", {}))
        names = principals.get("AWS", []) if isinstance(principals, dict) else []
        yield from names if isinstance(names, list) else [names]


def entity_arn(kind, entity):
    return f"arn:aws:iam::{entity['account']}:{kind}{entity['path']}{entity['name']}"


def encryption_context(keys):
    """The encryption context that gives a request these condition keys."""
    prefix, names = "kms:EncryptionContext:", keys.get("kms:EncryptionContextKeys", [])
    context = {key.removeprefix(prefix): value for key, value in keys.items() if key.startswith(prefix)}
    if isinstance(names, str) or any(isinstance(value, list) for value in context.values()):
        raise Unbuildable("a key with the wrong number of values")
    if names and context and set(names) != set(context):
        raise Unbuildable("keys of an encryption context other than its pairs have")
    return {name: "" for name in names} | context
