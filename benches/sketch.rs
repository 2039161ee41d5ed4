//! Throughput of sketching, in words, for each step and for all of them.

mod made;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dedupe_core::sketch::minhash::Signature;
use dedupe_core::sketch::{Sketcher, WINDOW, winnow};
use dedupe_core::text::shingles::shingles;
use std::hint::black_box;

const SHINGLE: u32 = 5;

fn sketch(criterion: &mut Criterion) {
    let documents = made::corpus(1_000);
    let words: usize = documents.iter().map(Vec::len).sum();
    let hashes: Vec<Vec<u64>> = documents
        .iter()
        .map(|document| {
            let mut hashes = Vec::new();
            shingles(document, SHINGLE, &mut hashes);
            hashes
        })
        .collect();
    let mut group = criterion.benchmark_group("sketch");
    group.throughput(Throughput::Elements(words as u64));
    let mut scratch = Vec::new();
    group.bench_function("shingles", |bencher| {
        bencher.iter(|| {
            for document in black_box(&documents) {
                shingles(document, SHINGLE, &mut scratch);
                black_box(&scratch);
            }
        });
    });
    group.bench_function("winnow", |bencher| {
        bencher.iter(|| {
            let mut kept = 0;
            for document in black_box(&hashes) {
                winnow::winnow(document, WINDOW, |_, hash| kept ^= hash);
            }
            kept
        });
    });
    group.bench_function("minhash", |bencher| {
        bencher.iter(|| {
            for document in black_box(&hashes) {
                black_box(Signature::of(document));
            }
        });
    });
    let sketcher = Sketcher::default();
    let (mut fingerprints, mut steps, mut buckets) = (Vec::new(), Vec::new(), Vec::new());
    group.bench_function("whole", |bencher| {
        bencher.iter(|| {
            fingerprints.clear();
            steps.clear();
            buckets.clear();
            for document in black_box(&documents) {
                sketcher.sketch_into(
                    document,
                    &mut scratch,
                    &mut fingerprints,
                    &mut steps,
                    &mut buckets,
                );
            }
            fingerprints.len() + buckets.len()
        });
    });
    group.finish();
}

criterion_group!(benches, sketch);
criterion_main!(benches);
