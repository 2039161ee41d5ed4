//! Where a report comes from, for formats that say so to people.

/// The inputs and the command of the run that wrote a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// Files and folders as the user named them, or the saved report.
    pub inputs: Vec<String>,
    /// The command as a shell reads it. Empty if no command made the report.
    pub command: String,
}
