//! `fastness branch-key`: makes and rotates the branch keys of a store in a file.

use super::super::{Outcome, say};
use super::arguments::{self, texts};
use super::context::pair;
use clap::{Arg, ArgAction, ArgMatches, Command};
use envelope::EncryptionContext;
use envelope::branch_keys::FileBranchKeyStorage;

const EXAMPLES: &str = "\
Examples:
  fastness branch-key create --branch-key-store keys --branch-key-kms-key $ARN
  fastness branch-key create --branch-key-store keys --branch-key-kms-key $ARN --id tenant-1 -c tenant=1
  fastness branch-key rotate --branch-key-store keys --branch-key-kms-key $ARN --id tenant-1
  fastness encrypt --branch-key tenant-1 --branch-key-store keys --branch-key-kms-key $ARN backup.tar

A branch key wraps data keys on this machine: one call to KMS unwraps it for as many messages as a run has. The store's
file is made if it is not there; what is in it is wrapped by the KMS key, and no secret. Rotation makes a new version for
encrypting; older messages go on to decrypt.";

pub(in super::super) fn describe() -> Command {
    let id = || Arg::new("id").long("id").value_name("ID");
    let create = Command::new("create").about("Make a branch key, and print its id").args([
        id().help("Its id; needs -c [default: a UUID]"),
        Arg::new("encryption-context")
            .short('c')
            .long("encryption-context")
            .value_name("KEY=VALUE")
            .action(ArgAction::Append)
            .help("Pair that is bound to the branch key; may be repeated"),
    ]);
    let rotate = Command::new("rotate")
        .about("Make a new version of a branch key, and print its id")
        .arg(id().required(true).help("The branch key"));
    let with_store = |command: Command| {
        let [store, key, name] = arguments::store();
        command.args([store.required(true), key.required(true), name]).args(arguments::connection())
    };
    Command::new("branch-key")
        .about("Make and rotate branch keys, which save calls to KMS")
        .after_help(EXAMPLES)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands([create, rotate].map(with_store))
}

pub(in super::super) fn run(matches: &ArgMatches) -> Outcome {
    let Some((verb, matches)) = matches.subcommand() else { return Err("say create or rotate".into()) };
    let store = arguments::named_store(matches).ok_or("name the store and its KMS key")?;
    let clients = arguments::clients(matches)?;
    let id = arguments::one(matches, "id");
    let made = match verb {
        "create" => {
            let pairs = texts(matches, "encryption-context").map(pair).collect::<Result<Vec<_>, _>>()?;
            let context = EncryptionContext::new(pairs).map_err(|error| error.to_string())?;
            let storage = match store.path.exists() {
                true => FileBranchKeyStorage::open(&store.path),
                false => FileBranchKeyStorage::create(&store.path),
            };
            let storage = storage.map_err(|error| error.to_string())?;
            store.over(storage, &*clients)?.create_key(id, &context)
        }
        _ => store.open(&*clients)?.version_key(id.unwrap_or_default()),
    };
    say(&made.map_err(|error| error.to_string())?);
    Ok(())
}
