# What all labs share. Sourced, not run.
#
# A lab is told as `step "…"`, done by plain `aws` commands, and checked by `allowed`, `denied` and `same`. `undo` notes a
# command for the end, when they run in reverse order, whatever happened.

set -euo pipefail

LAB="lab-$RANDOM$RANDOM"
WORK=$(mktemp -d)
UNDO=()

# On AWS a change takes a while to be seen everywhere; here it holds from the next call on.
if [[ -n ${AWS_ENDPOINT_URL:-} ]]; then ATTEMPTS=1; else ATTEMPTS=20; fi

export AWS_PAGER="" AWS_DEFAULT_OUTPUT=text

finish() {
    local status=$? index
    set +e
    for ((index = ${#UNDO[@]} - 1; index >= 0; index--)); do
        eval "${UNDO[index]}" >/dev/null 2>&1
    done
    rm -rf "$WORK"
    if ((status == 0)); then printf '\nThat is all.\n'; else printf '\nThe lab failed.\n'; fi
    exit "$status"
}
trap finish EXIT

# What happens next, and why.
step() { printf '\n== %s\n' "$*"; }

# Has a command run at the end.
undo() { UNDO+=("$*"); }

fail() {
    printf 'FAILED: %s\n' "$*"
    exit 1
}

# Both are the same.
same() { [[ $1 == "$2" ]] || fail "expected $1, found $2"; }

# This lab does not work without a program.
needs() { command -v "$1" >/dev/null || fail "this lab needs $1 in the path"; }

# The command succeeds; what it says is kept in $WORK/out.
allowed() {
    patiently "$@"
    printf '   allowed: %s\n' "$(shorten "$@")"
}

# Does the same without a word: for what refers to things that were just made.
patiently() {
    local attempt
    for ((attempt = 1; ; attempt++)); do
        if "$@" >"$WORK/out" 2>"$WORK/err"; then return; fi
        ((attempt < ATTEMPTS)) || fail "$(shorten "$@") should be allowed: $(cat "$WORK/err")"
        sleep 2
    done
}

# The command is denied, in words that hold the given ones.
denied() {
    local words=$1 attempt
    shift
    for ((attempt = 1; ; attempt++)); do
        if ! "$@" >"$WORK/out" 2>"$WORK/err" && grep -q 'AccessDenied' "$WORK/err" && grep -qF -- "$words" "$WORK/err"; then
            printf '   denied:  %s\n            %s\n' "$(shorten "$@")" "$(sed -n 's/^.* operation: //p; s/^.*AccessDeniedException: //p' "$WORK/err")"
            return
        fi
        ((attempt < ATTEMPTS)) || fail "$(shorten "$@") should be denied, with: $words. It said: $(cat "$WORK/out" "$WORK/err")"
        sleep 2
    done
}

# The command is refused with an error of this code.
refused() {
    local code=$1
    shift
    if "$@" >"$WORK/out" 2>"$WORK/err"; then fail "$(shorten "$@") should be refused with $code"; fi
    grep -qF -- "$code" "$WORK/err" || fail "$(shorten "$@") should be refused with $code: $(cat "$WORK/err")"
    printf '   refused: %s (%s)\n' "$(shorten "$@")" "$code"
}

# The command succeeds after a while.
eventually() {
    local attempt
    for ((attempt = 1; attempt <= 60; attempt++)); do
        if "$@"; then return; fi
        if [[ -n ${AWS_ENDPOINT_URL:-} ]]; then sleep 0.2; else sleep 20; fi
    done
    fail "this did not come to be: $*"
}

# How often an operation of the key service succeeded so far, by the server's meter; nothing where there is none.
calls() {
    [[ -n ${AWS_ENDPOINT_URL:-} ]] || return 0
    fastness cost --metrics --endpoint "$AWS_ENDPOINT_URL" |
        awk -v call="operation=\"$1\",outcome=\"success\"" 'index($0, call) {sum += $NF} END {print sum + 0}'
}

# Lets time pass, where it can be moved; says so and fails where one would have to wait.
pass() {
    if [[ -n ${AWS_ENDPOINT_URL:-} ]] && command -v fastness >/dev/null &&
        fastness clock advance "$1" --endpoint "$AWS_ENDPOINT_URL" >/dev/null; then
        printf '   %s later\n' "$1"
    else
        printf '   (come back in %s)\n' "$1"
        return 1
    fi
}

shorten() {
    local words=()
    local word
    for word in "$@"; do
        word=${word//$'\n'/ }
        if ((${#word} > 60)); then word="${word:0:57}..."; fi
        words+=("$word")
    done
    printf '%s' "${words[*]}"
}

# Makes a user with an access key; `as NAME command` then runs with it.
user() {
    local name=$1
    aws iam create-user --user-name "$LAB-$name" >/dev/null
    undo aws iam delete-user --user-name "$LAB-$name"
    local id secret
    read -r id secret < <(aws iam create-access-key --user-name "$LAB-$name" \
        --query 'AccessKey.[AccessKeyId,SecretAccessKey]')
    undo aws iam delete-access-key --user-name "$LAB-$name" --access-key-id "$id"
    printf 'AWS_ACCESS_KEY_ID=%s\nAWS_SECRET_ACCESS_KEY=%s\n' "$id" "$secret" >"$WORK/$name.env"
}

# Lets a user do what a document says.
permit() {
    local name=$1 document=$2
    aws iam put-user-policy --user-name "$LAB-$name" --policy-name own --policy-document "$document"
    undo aws iam delete-user-policy --user-name "$LAB-$name" --policy-name own
}

# Makes a user an administrator of the account.
administrator() {
    local arn="arn:aws:iam::aws:policy/AdministratorAccess"
    aws iam attach-user-policy --user-name "$LAB-$1" --policy-arn "$arn"
    undo aws iam detach-user-policy --user-name "$LAB-$1" --policy-arn "$arn"
}

# Assumes a role as somebody, under the name of the third word; further words go to the CLI.
assume() {
    local who=$1 role=$2 name=$3
    shift 3
    allowed as "$who" aws sts assume-role --role-arn "$role" --role-session-name "$name" "$@" \
        --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]'
    local id secret token
    read -r id secret token <"$WORK/out"
    printf 'AWS_ACCESS_KEY_ID=%s\nAWS_SECRET_ACCESS_KEY=%s\nAWS_SESSION_TOKEN=%s\n' "$id" "$secret" "$token" \
        >"$WORK/$name.env"
}

# Runs a command with somebody's credentials, and with no others.
as() {
    local name=$1
    shift
    (
        unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_PROFILE
        set -a
        # shellcheck disable=SC1090
        source "$WORK/$name.env" || exit
        "$@"
    )
}

# A key of this account; the name of the variable that gets its id is the first word, the rest goes to the CLI.
key() {
    local -n into=$1
    shift
    patiently aws kms create-key --description "$LAB" "$@" --query KeyMetadata.KeyId
    into=$(<"$WORK/out")
    undo aws kms schedule-key-deletion --key-id "$into" --pending-window-in-days 7
}

# Makes a member account and waits for it; the name of the variable that gets its id is the first word.
member() {
    local -n made=$1
    local name=$2 email=${LAB_EMAIL:-} request state
    if [[ -z $email ]]; then
        if [[ -z ${AWS_ENDPOINT_URL:-} ]]; then fail "this lab makes a member account; set LAB_EMAIL if that is wanted"; fi
        email=labs@example.com
    fi
    request=$(aws organizations create-account --email "${email/@/+$LAB-$name@}" --account-name "$LAB-$name" \
        --query CreateAccountStatus.Id)
    for _ in $(seq 120); do
        read -r state made < <(aws organizations describe-create-account-status --create-account-request-id "$request" \
            --query 'CreateAccountStatus.[State,AccountId]')
        [[ $state == IN_PROGRESS ]] || break
        sleep 0.5
    done
    same SUCCEEDED "$state"
    undo aws organizations close-account --account-id "$made"
}

# An organization that this account manages: the one that there is, or a new one.
organization() {
    if ! aws organizations describe-organization >/dev/null 2>&1; then
        aws organizations create-organization --feature-set ALL >/dev/null
        undo aws organizations delete-organization
    fi
}

# Service control policies count in this organization from now on.
service_control_policies() {
    aws organizations enable-policy-type --root-id "$1" --policy-type SERVICE_CONTROL_POLICY >"$WORK/out" 2>"$WORK/err" ||
        grep -q PolicyTypeAlreadyEnabledException "$WORK/err" || fail "$(cat "$WORK/err")"
}

account() { aws sts get-caller-identity --query Account; }
