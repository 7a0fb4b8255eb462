//! `fastness man` and `fastness completions`: what packages install beside the binary, made from the description of the
//! command line.

use super::{Outcome, describe_shown as whole, examples};
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};
use clap_complete::Shell;
use clap_mangen::Man;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

const MAN_EXAMPLES: &str = "\
Examples:
  fastness man | man -l -
  fastness man dev | man -l -
  fastness man --output ./man1                a page for every command";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  fastness completions bash > ~/.local/share/bash-completion/completions/fastness
  fastness completions zsh > _fastness        into a folder of $fpath
  fastness completions fish > ~/.config/fish/completions/fastness.fish";

pub(super) fn describe_man() -> Command {
    Command::new("man")
        .about("Write manual pages")
        .after_help(MAN_EXAMPLES)
        .arg(Arg::new("COMMAND").num_args(0..).action(ArgAction::Append).help("The command [default: fastness itself]"))
        .arg(
            Arg::new("output")
                .long("output")
                .short('o')
                .value_name("DIR")
                .value_hint(ValueHint::DirPath)
                .value_parser(value_parser!(PathBuf))
                .conflicts_with("COMMAND")
                .help("Write the pages of all commands into this directory; pages that are there are replaced"),
        )
}

pub(super) fn run_man(matches: &ArgMatches) -> Outcome {
    let command = built();
    if let Some(folder) = matches.get_one::<PathBuf>("output") {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        return pages(&command, folder);
    }
    let mut found = &command;
    for word in matches.get_many::<String>("COMMAND").into_iter().flatten() {
        found = found.find_subcommand(word).ok_or_else(|| format!("there is no command {word:?}"))?;
    }
    let text = page(found).map_err(|error| error.to_string())?;
    // A reader who has gone away is no failure.
    let _ = io::stdout().lock().write_all(&text);
    Ok(())
}

pub(super) fn describe_completions() -> Command {
    Command::new("completions").about("Write completions for a shell").after_help(COMPLETIONS_EXAMPLES).arg(
        Arg::new("SHELL").required(true).value_parser(["bash", "zsh", "fish"]).help("The shell that shall complete"),
    )
}

pub(super) fn run_completions(matches: &ArgMatches) -> Outcome {
    let shell = match matches.get_one::<String>("SHELL").map(String::as_str) {
        Some("zsh") => Shell::Zsh,
        Some("fish") => Shell::Fish,
        _ => Shell::Bash,
    };
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut whole(), "fastness", &mut text);
    let _ = io::stdout().lock().write_all(&text);
    Ok(())
}

/// The command line with the names that its pages are called by. A page for each `help` would say nothing.
fn built() -> Command {
    let mut command = whole().disable_help_subcommand(true);
    command.build();
    command
}

fn pages(command: &Command, folder: &Path) -> Outcome {
    command.get_subcommands().try_for_each(|inner| pages(inner, folder))?;
    let text = page(command).map_err(|error| error.to_string())?;
    let path = folder.join(Man::new(command.clone()).get_filename());
    fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
}

/// The page of a command, in roff.
fn page(command: &Command) -> io::Result<Vec<u8>> {
    let version = env!("CARGO_PKG_VERSION");
    let man = Man::new(command.clone()).manual("Fastness").source(format!("fastness {version}"));
    let mut text = Vec::new();
    man.render_title(&mut text)?;
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    if command.get_arguments().any(|argument| !argument.is_hide_set()) {
        man.render_options_section(&mut text)?;
    }
    if command.has_subcommands() {
        man.render_subcommands_section(&mut text)?;
    }
    if let Some(after) = command.get_after_help() {
        notes(&mut text, &after.to_string())?;
    }
    Ok(ascii(&String::from_utf8_lossy(&text)).into_bytes())
}

/// The same text in ASCII, since roff takes other bytes for Latin-1.
fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() {
            out.push(character);
        } else {
            out.push_str(&format!("\\[u{:04X}]", u32::from(character)));
        }
    }
    out
}

/// Examples keep their lines; what follows them is text.
fn notes(out: &mut Vec<u8>, after: &str) -> io::Result<()> {
    let mut has_notes = false;
    for paragraph in after.split("\n\n") {
        if let Some(lines) = paragraph.strip_prefix(examples::HEAD) {
            writeln!(out, ".SH EXAMPLES\n.nf")?;
            lines.lines().try_for_each(|line| writeln!(out, "{}", escaped(line.strip_prefix("  ").unwrap_or(line))))?;
            writeln!(out, ".fi")?;
            continue;
        }
        writeln!(out, "{}", if has_notes { ".PP" } else { ".SH NOTES" })?;
        has_notes = true;
        paragraph.lines().try_for_each(|line| writeln!(out, "{}", escaped(line)))?;
    }
    Ok(())
}

/// A line of text that roff takes for nothing else.
fn escaped(line: &str) -> String {
    let text = line.replace('\\', "\\e").replace('-', "\\-");
    if text.starts_with(['.', '\'']) { format!("\\&{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page_with_its_examples_line_by_line() {
        let folder = tempfile::tempdir().unwrap();
        pages(&built(), folder.path()).unwrap();
        let text = fs::read_to_string(folder.path().join("fastness-dev.1")).unwrap();
        assert!(text.contains(".SH EXAMPLES\n.nf\nfastness dev "), "{text}");
        assert!(folder.path().join("fastness-clock-advance.1").exists());
        for entry in fs::read_dir(folder.path()).unwrap() {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            assert!(text.is_ascii() && !text.contains("pkcs11\\-helper"));
        }
    }

    #[test]
    fn a_line_cannot_be_taken_for_a_request_of_roff() {
        assert_eq!(escaped(".so /etc/passwd"), "\\&.so /etc/passwd");
        assert_eq!(escaped("a --b \\n"), "a \\-\\-b \\en");
        assert_eq!(ascii("kms:…"), "kms:\\[u2026]");
    }
}
