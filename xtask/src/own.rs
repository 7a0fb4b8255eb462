//! What a server of this workspace tells of itself: pages are written from its answers, so that they cannot promise what it
//! has not.

use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Runs a server's command whose answer is JSON. `binary` is a built server; without one it is built.
pub(crate) fn ask(root: &Path, binary: Option<&Path>, arguments: &[&str]) -> Result<Value, String> {
    let mut command = match binary {
        Some(binary) => Command::new(binary),
        None => {
            let mut cargo = Command::new(env!("CARGO"));
            cargo.args(["run", "--locked", "--quiet", "--package", "fastness-server", "--"]);
            cargo
        }
    };
    let output = command.current_dir(root).args(arguments).output();
    let output = output.map_err(|error| format!("the server cannot be asked: {error}"))?;
    if !output.status.success() {
        return Err(format!("the server cannot be asked: {}", String::from_utf8_lossy(&output.stderr)));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("{}: {error}", arguments.join(" ")))
}
