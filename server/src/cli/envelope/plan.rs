//! From the inputs and the output that were named to pairs of them.

use super::naming::Naming;
use super::output::Directory;
use super::walk::{Job, Links, Sink, Source, Step, Walk, expand};
use std::collections::HashSet;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

/// What the command line says about inputs and outputs.
pub(super) struct Plan<'p> {
    pub(super) inputs: Vec<&'p str>,
    pub(super) output: Option<&'p str>,
    pub(super) naming: Naming,
    pub(super) is_recursive: bool,
    pub(super) links: Links,
    /// Whether what is written to standard output may be shown on a terminal.
    pub(super) is_text: bool,
}

/// What there is to do.
pub(super) struct Steps {
    planned: std::vec::IntoIter<Planned>,
    walk: Option<Walk>,
    /// Bytes of all inputs, if that is known.
    pub(super) total: Option<u64>,
    /// Whether there may be more than one job.
    pub(super) is_many: bool,
    /// Whether standard output carries data.
    pub(super) is_piped: bool,
}

enum Planned {
    Step(Step),
    /// Its directory is opened when its turn comes: there may be more files than can be open.
    File {
        input: PathBuf,
        output: PathBuf,
    },
}

impl Iterator for Steps {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        match self.planned.next() {
            Some(Planned::Step(step)) => Some(step),
            Some(Planned::File { input: path, output }) => Some(match Sink::file(&output) {
                Ok(sink) => Step::Job(Job { source: Source::File { path, follow: true }, sink }),
                Err(error) => Step::Failed { path, error },
            }),
            None => self.walk.as_mut()?.next(),
        }
    }
}

impl Plan<'_> {
    /// Checks that it makes sense, and begins.
    pub(super) fn steps(self) -> Result<Steps, String> {
        if self.inputs.iter().all(|input| *input == "-") {
            return self.pipe();
        }
        let mut paths = Vec::new();
        for input in &self.inputs {
            if *input == "-" {
                return Err("standard input cannot be read beside files".into());
            }
            let found = expand(input)?;
            if found.is_empty() {
                return Err(format!("{input}: there is no such file"));
            }
            paths.extend(found);
        }
        match paths.as_slice() {
            [directory] if directory.is_dir() => self.directory(directory.clone()),
            _ => self.files(paths),
        }
    }

    fn pipe(self) -> Result<Steps, String> {
        if self.inputs.len() > 1 {
            return Err("standard input can be read only once".into());
        }
        if self.inputs.is_empty() && io::stdin().is_terminal() {
            return Err("name a file, or - to read from the terminal".into());
        }
        let sink = match self.output {
            None | Some("-" | "/dev/stdout") => self.stdout()?,
            Some(path) if is_directory(path) => {
                return Err(format!("{path}: what comes from a pipe needs a file's name"));
            }
            Some(path) => Sink::file(Path::new(path))?,
        };
        Ok(one(Job { source: Source::Stdin, sink }))
    }

    fn stdout(&self) -> Result<Sink, String> {
        if !self.is_text && self.output.is_none() && io::stdout().is_terminal() {
            return Err("a terminal cannot show what is encrypted: name a file with -o, or -o - to insist".into());
        }
        Ok(Sink::Stdout)
    }

    fn directory(self, root: PathBuf) -> Result<Steps, String> {
        if !self.is_recursive {
            return Err(format!("{}: this is a directory; -r takes it", root.display()));
        }
        let destination = match self.output {
            None => None,
            Some("-") => return Err("a directory cannot go to standard output".into()),
            Some(path) => Some(make_directory(path)?),
        };
        if let Some(destination) = &destination {
            let real = |path: &Path| fs::canonicalize(path).map_err(|error| format!("{}: {error}", path.display()));
            if real(destination)?.starts_with(real(&root)?) {
                return Err(format!("{}: the output lies in the input", destination.display()));
            }
        }
        let says = |error: io::Error| format!("{}: {error}", root.display());
        let walk = Walk::new(root.clone(), destination.as_deref(), self.naming, self.links).map_err(says)?;
        Ok(Steps { planned: Vec::new().into_iter(), walk: Some(walk), total: None, is_many: true, is_piped: false })
    }

    fn files(self, paths: Vec<PathBuf>) -> Result<Steps, String> {
        let is_many = paths.len() > 1;
        if let (true, Some(path)) = (is_many, self.output)
            && (path == "-" || !is_directory(path))
        {
            return Err(format!("{path}: several inputs need a directory to go to (its name may end with /)"));
        }
        let directory = match self.output {
            Some(path) if path != "-" && is_directory(path) => Some(make_directory(path)?),
            _ => None,
        };
        let (mut steps, mut outputs, mut total) = (Vec::with_capacity(paths.len()), HashSet::new(), Some(0_u64));
        for path in paths {
            let metadata = match fs::metadata(&path) {
                Ok(metadata) if metadata.is_dir() => {
                    let why = "a directory: give it alone, with -r";
                    steps.push(Planned::Step(Step::Skipped { path, why }));
                    continue;
                }
                Ok(metadata) => metadata,
                Err(error) => {
                    steps.push(Planned::Step(Step::Failed { path, error: error.to_string() }));
                    continue;
                }
            };
            total = total.filter(|_| metadata.is_file()).and_then(|total| total.checked_add(metadata.len()));
            let name = || path.file_name().ok_or_else(|| format!("{}: this names no file", path.display()));
            let output = match (self.output, &directory) {
                (Some("-" | "/dev/stdout"), _) => {
                    let (sink, source) = (self.stdout()?, Source::File { path, follow: true });
                    steps.push(Planned::Step(Step::Job(Job { source, sink })));
                    continue;
                }
                (_, Some(directory)) => {
                    let output = directory.join(self.naming.of(name()?));
                    if !outputs.insert(output.clone()) {
                        return Err(format!("{}: two inputs would be written there", output.display()));
                    }
                    output
                }
                (Some(output), None) => PathBuf::from(output),
                (None, None) => path.with_file_name(self.naming.of(name()?)),
            };
            steps.push(Planned::File { input: path, output });
        }
        let is_piped = matches!(self.output, Some("-" | "/dev/stdout"));
        Ok(Steps { planned: steps.into_iter(), walk: None, total, is_many, is_piped })
    }
}

fn one(job: Job) -> Steps {
    let is_piped = matches!(job.sink, Sink::Stdout);
    Steps {
        planned: vec![Planned::Step(Step::Job(job))].into_iter(),
        walk: None,
        total: None,
        is_many: false,
        is_piped,
    }
}

/// Whether an output is meant to be a directory.
fn is_directory(path: &str) -> bool {
    path.ends_with('/') || Path::new(path).is_dir()
}

fn make_directory(path: &str) -> Result<PathBuf, String> {
    let made = (|| {
        // Each name is on disk before there is anything below it.
        let absent = |path: &&Path| !path.as_os_str().is_empty() && !path.exists();
        let missing: Vec<_> = Path::new(path).ancestors().take_while(absent).collect();
        for directory in missing.into_iter().rev() {
            match fs::create_dir(directory) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                outcome => outcome?,
            }
            Directory::open(directory.parent().unwrap_or(Path::new(".")))?.sync()?;
        }
        Ok::<_, io::Error>(())
    })();
    made.map_err(|error| format!("{path}: {error}"))?;
    Ok(path.into())
}
