//! What is printed when something panics.

/// Prints every panic but those that the library catches and reports as faults of a file.
#[cfg(feature = "parquet")]
pub(crate) fn watch() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !dedupe_formats::is_panic_caught() {
            print(panic);
        }
    }));
}

/// Without Parquet the library catches none.
#[cfg(not(feature = "parquet"))]
pub(crate) fn watch() {}
