//! Throughput of candidate generation, in keys: sorting them, and turning posting lists into pairs. Measured for an
//! ordinary corpus, and for a corpus of copies of one story.

mod made;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use dedupe_core::candidates::Key;
use dedupe_core::candidates::postings::{PIVOTS, candidate_pairs};
use dedupe_core::model::DocumentIndex;
use dedupe_core::sketch::Sketcher;
use made::Random;
use std::hint::black_box;

/// The fingerprint keys of these documents, unsorted.
fn keys(documents: &[Vec<u32>]) -> Vec<Key> {
    let sketcher = Sketcher::default();
    let of = |(at, words): (u32, &Vec<u32>)| {
        let fingerprints = sketcher.fingerprints(words).into_iter();
        fingerprints.map(move |f| Key::new(f.hash, DocumentIndex(at)))
    };
    (0u32..).zip(documents).flat_map(of).collect()
}

/// Copies of one story with 2 % of the words changed in each.
fn family(documents: usize) -> Vec<Vec<u32>> {
    let mut random = Random::new(2);
    let story = random.article(400);
    (0..documents)
        .map(|_| random.misread(&story, 0.02))
        .collect()
}

fn candidates(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("candidates");
    group.sample_size(20);
    for (name, documents) in [("corpus", made::corpus(5_000)), ("family", family(5_000))] {
        let keys = keys(&documents);
        group.throughput(Throughput::Elements(keys.len() as u64));
        group.bench_function(format!("sort/{name}"), |bencher| {
            bencher.iter_batched(
                || keys.clone(),
                |mut keys| {
                    keys.sort_unstable();
                    keys
                },
                BatchSize::LargeInput,
            );
        });
        let mut sorted = keys;
        sorted.sort_unstable();
        sorted.dedup();
        group.throughput(Throughput::Elements(sorted.len() as u64));
        group.bench_function(format!("pairs/{name}"), |bencher| {
            bencher.iter(|| {
                candidate_pairs(black_box(&[&sorted]), PIVOTS, usize::MAX, |_| true).len()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, candidates);
criterion_main!(benches);
