//! Pieces of segments that were read, as long as they fit into a number of bytes.

use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{OptionsBuilder, Weighter};
use rustc_hash::FxBuildHasher;
use std::sync::Arc;

/// The bytes of a block or of a part of a filter, checked and decompressed.
pub(super) type Piece = Arc<Vec<u8>>;

/// A place: the number of a segment, and an offset in it.
type Place = (u64, u64);

/// The cache of a storage. Threads share it.
pub(super) struct PieceCache(Cache<Place, Piece, Bytes, FxBuildHasher>);

#[derive(Clone)]
struct Bytes;

impl Weighter<Place, Piece> for Bytes {
    fn weight(&self, _: &Place, piece: &Piece) -> u64 {
        // What the cache and the memory need for an entry, roughly.
        piece.len() as u64 + 128
    }
}

impl PieceCache {
    /// A cache of at most `bytes`.
    pub(super) fn new(bytes: u64) -> Self {
        const USUAL_PIECE: u64 = 2048;
        /// Few threads use so small a cache.
        const SMALL: u64 = 1 << 20;
        let pieces = usize::try_from(bytes / USUAL_PIECE).unwrap_or(usize::MAX);
        let (hasher, lifecycle) = (FxBuildHasher, DefaultLifecycle::default());
        // The usual number of parts follows from the number of processors. To ask the system for it takes longer than to read
        // some blocks.
        let in_one_part = OptionsBuilder::new()
            .shards(1)
            .estimated_items_capacity(pieces)
            .weight_capacity(bytes)
            .build();
        Self(match in_one_part {
            Ok(options) if bytes <= SMALL => Cache::with_options(options, Bytes, hasher, lifecycle),
            _ => Cache::with(pieces, bytes, Bytes, hasher, lifecycle),
        })
    }

    pub(super) fn get(&self, place: Place) -> Option<Piece> {
        self.0.get(&place)
    }

    pub(super) fn has(&self, place: Place) -> bool {
        self.0.contains_key(&place)
    }

    pub(super) fn insert(&self, place: Place, piece: Piece) {
        self.0.insert(place, piece);
    }
}
