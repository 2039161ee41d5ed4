//! The panic hook.

/// Suppresses the message of panics that the Parquet reader catches and reports as faults of a file.
#[cfg(any(feature = "arrow", feature = "parquet"))]
pub(crate) fn install_hook() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !dedupe_formats::is_panic_caught() {
            print(panic);
        }
    }));
}

/// The library catches no panics without Parquet.
#[cfg(not(any(feature = "arrow", feature = "parquet")))]
pub(crate) fn install_hook() {}
