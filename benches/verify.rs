//! Throughput of alignment, in words of both documents: a story of 500 words against other kinds of documents.

mod made;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dedupe_core::align::{Aligner, Buffers};
use made::Random;
use std::hint::black_box;

fn verify(criterion: &mut Criterion) {
    let mut random = Random::new(3);
    let story = random.article(500);
    let noise = [random.article(1_500), random.article(1_500)];
    let others = [
        ("unrelated", random.article(500)),
        ("edited", random.misread(&story, 0.02)),
        ("badly-scanned", random.misread(&story, 0.2)),
        ("page", [&noise[0][..], &story, &noise[1]].concat()),
    ];
    let mut group = criterion.benchmark_group("verify");
    group.throughput(Throughput::Elements(story.len() as u64));
    let mut buffers = Buffers::default();
    group.bench_function("index", |bencher| {
        bencher.iter(|| drop(Aligner::new(black_box(&story), 5, &mut buffers)));
    });
    let mut aligner = Aligner::new(&story, 5, &mut buffers);
    for (name, other) in others {
        group.throughput(Throughput::Elements((story.len() + other.len()) as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| aligner.align(black_box(&other)));
        });
    }
    group.finish();
}

criterion_group!(benches, verify);
criterion_main!(benches);
