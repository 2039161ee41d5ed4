//! Which options were given, on the command line or in the configuration file. The others have their defaults.

use clap::ArgMatches;
use clap::parser::ValueSource;
use std::collections::BTreeSet;

/// Names of the options that were given.
#[derive(Debug, Default)]
pub(crate) struct GivenOptions(BTreeSet<String>);

impl GivenOptions {
    /// Those of a command.
    pub(crate) fn of(matches: &ArgMatches) -> Self {
        let ids = matches.ids().map(|id| id.as_str());
        let given = ids.filter(|id| matches.value_source(id) == Some(ValueSource::CommandLine));
        Self(given.map(str::to_owned).collect())
    }

    /// The value of an option if it was given, otherwise `default`. `id`: its long name with `_`.
    pub(crate) fn value_or<T>(&self, id: &str, given: T, default: T) -> T {
        match self.0.contains(id) {
            true => given,
            false => default,
        }
    }
}
