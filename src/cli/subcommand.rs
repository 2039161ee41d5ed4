//! The options of a subcommand, which are defined when they are needed.
//!
//! To define the options of all subcommands takes a tenth to a fifth of the instructions of a query of an index, and a command
//! line names one of them.

use clap::builder::{Resettable, StyledStr};
use clap::error::Error;
use clap::{ArgMatches, Args, Command, FromArgMatches};
use std::fmt::Debug;
use std::marker::PhantomData;

/// When the options of subcommands are defined.
pub(crate) trait Definition: Debug {
    /// Adds options to a subcommand.
    fn define<T: Args>(command: Command) -> Command;
}

/// At once, so that the whole definition can be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AtOnce;

/// When the parser gets to the name of the subcommand, or needs its options for a message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OnDemand;

impl Definition for AtOnce {
    fn define<T: Args>(command: Command) -> Command {
        T::augment_args(command)
    }
}

impl Definition for OnDemand {
    fn define<T: Args>(command: Command) -> Command {
        command.defer(|command| {
            // The texts of the subcommand are set already, and those of its options would replace them.
            let about: Resettable<StyledStr> = command.get_about().cloned().into();
            let long_about: Resettable<StyledStr> = command.get_long_about().cloned().into();
            T::augment_args(command).about(about).long_about(long_about)
        })
    }
}

/// The options of a subcommand.
#[derive(Debug)]
pub(crate) struct OptionsOf<T, D> {
    /// Boxed, since some have many and others few.
    given: Box<T>,
    definition: PhantomData<D>,
}

impl<T, D> OptionsOf<T, D> {
    /// What the command line says.
    pub(crate) fn given(self) -> T {
        *self.given
    }
}

impl<T: Args, D: Definition> Args for OptionsOf<T, D> {
    fn augment_args(command: Command) -> Command {
        D::define::<T>(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        T::augment_args_for_update(command)
    }
}

impl<T: FromArgMatches, D> FromArgMatches for OptionsOf<T, D> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        Ok(Self {
            given: Box::new(T::from_arg_matches(matches)?),
            definition: PhantomData,
        })
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, Error> {
        Ok(Self {
            given: Box::new(T::from_arg_matches_mut(matches)?),
            definition: PhantomData,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.given.update_from_arg_matches(matches)
    }
}
