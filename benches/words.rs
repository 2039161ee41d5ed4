//! Throughput of segmenting text into words, in bytes, for several languages.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dedupe_core::text::scan;

const ASCII: &[&str] = &[
    "The council's vote",
    " on Tuesday",
    " was postponed",
    " after 1,250 residents",
    ", among them farmers",
    ", asked for more time.",
    "\n",
    " \"We had no choice,\"",
    " said the mayor",
    " in a statement",
    " to reporters.",
];
const TYPOGRAPHIC: &[&str] = &[
    "The council’s vote",
    " on Tuesday",
    " was postponed",
    " after 1,250 residents",
    " – among them farmers",
    " – asked for more time.",
    "\n",
    " “We had no choice,”",
    " said the mayor",
    " in a statement",
    " to reporters.",
];
const GERMAN: &[&str] = &[
    "Die Abstimmung",
    " über die Straße",
    " wurde verschoben",
    ", nachdem 1.250 Bürger",
    " mehr Zeit verlangt hatten.",
    "\n",
    " „Wir hatten keine Wahl“",
    ", erklärte der Oberbürgermeister",
    " am späten Abend",
    " in München.",
];
const JAPANESE: &[&str] = &[
    "市議会は火曜日、",
    "道路計画の採決を",
    "延期した。",
    "住民1,250人が",
    "時間の延長を求めたためだ。",
    "\n",
    "「ほかに方法はなかった」と",
    "市長はコメントした。",
    "スケジュールは未定。",
];

const HINDI: &[&str] = &[
    "मंगलवार को परिषद ने",
    " सड़क योजना पर मतदान",
    " स्थगित कर दिया",
    ", क्योंकि 1,250 निवासियों ने",
    " अधिक समय माँगा।",
    "\n",
    " “हमारे पास कोई विकल्प नहीं था,”",
    " महापौर ने कहा।",
];
const HEBREW: &[&str] = &[
    "ביום שלישי דחתה המועצה",
    " את ההצבעה על הכביש",
    ", לאחר ש-1,250 תושבים",
    " ביקשו עוד זמן.",
    "\n",
    " „לא הייתה לנו ברירה״",
    ", אמר ראש העיר.",
];

/// Pieces in an order without a short period, up to a megabyte.
fn text(pieces: &[&str]) -> String {
    let mut text = String::new();
    let mut state = 1usize;
    while text.len() < 1 << 20 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        text.push_str(pieces[(state >> 33) % pieces.len()]);
    }
    text
}

fn words(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("words");
    let kinds = [
        ("ascii", ASCII),
        ("typographic", TYPOGRAPHIC),
        ("german", GERMAN),
        ("japanese", JAPANESE),
        ("hindi", HINDI),
        ("hebrew", HEBREW),
    ];
    for (name, pieces) in kinds {
        let text = text(pieces);
        let (mut ids, mut offsets) = (Vec::new(), Vec::new());
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                ids.clear();
                offsets.clear();
                scan(black_box(&text), &mut ids, &mut offsets);
                ids.len()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, words);
criterion_main!(benches);
