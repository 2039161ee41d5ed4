//! What is counted: the steps of the core by themselves, and each stage of a run, on one thread.

use crate::corpus::Record;
use dedupe::core::align::{Aligner, Buffers};
use dedupe::core::sketch::Sketcher;
use dedupe::core::text::scan;
use dedupe::report::{Format, RenderOptions};
use dedupe::{Job, JobInput, Progress, ReportOptions, Resources, Rules, Stage};
use std::error::Error;
use std::hint::black_box;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::{fs, mem};

/// The name of what is not counted.
pub(crate) const OTHER: &str = "";

/// Runs all stages on a corpus. Prints the processor, then the name of each stage in the order in which they began.
pub(crate) fn run(corpus: &Path, out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    // The only thread is this one, so that no other wakes up at a random moment.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1);
    pool.use_current_thread().build_global()?;
    let stages = Stages::default();
    steps(&texts(corpus)?, &stages);
    whole_run(corpus, &stages)?;
    stages.begin(OTHER);
    writeln!(out, "{}", processor())?;
    for name in stages.names() {
        writeln!(out, "{name}")?;
    }
    Ok(())
}

/// The texts of the records.
fn texts(corpus: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut texts = Vec::new();
    for line in fs::read_to_string(corpus)?.lines() {
        texts.push(serde_json::from_str::<Record>(line)?.text);
    }
    Ok(texts)
}

/// The steps of the core, each on all documents.
fn steps(texts: &[String], stages: &Stages) {
    stages.begin("words");
    let mut documents: Vec<Vec<u32>> = Vec::new();
    let (mut ids, mut offsets) = (Vec::new(), Vec::new());
    for text in texts {
        offsets.clear();
        scan(text, &mut ids, &mut offsets);
        documents.push(mem::take(&mut ids));
    }
    stages.begin("sketch");
    let sketcher = Sketcher::default();
    let (mut hashes, mut fingerprints, mut steps, mut buckets) = (vec![], vec![], vec![], vec![]);
    for document in &documents {
        fingerprints.clear();
        steps.clear();
        buckets.clear();
        sketcher.sketch_into(
            document,
            &mut hashes,
            &mut fingerprints,
            &mut steps,
            &mut buckets,
        );
        black_box((&fingerprints, &steps, &buckets));
    }
    stages.begin("align");
    let mut buffers = Buffers::default();
    for documents in documents.windows(4) {
        let [first, others @ ..] = documents else {
            continue;
        };
        let mut aligner = Aligner::new(first, sketcher.shingle, &mut buffers);
        for other in others {
            black_box(aligner.align(other));
        }
    }
    stages.begin(OTHER);
}

/// A run over the file, and its report as JSON.
fn whole_run(corpus: &Path, stages: &Stages) -> Result<(), Box<dyn Error>> {
    let job = Job {
        input: JobInput::Paths(&[corpus.to_owned()]),
        reading: &dedupe::formats::Options::default(),
        rules: &Rules::default(),
        resources: &Resources::default(),
        progress: stages,
    };
    let outcome = dedupe::run(&job, &ReportOptions::default())?;
    stages.begin(Stage::Write.name());
    let options = RenderOptions {
        style: Default::default(),
        locations: &outcome.locations,
        fail_on: None,
        unread: &[],
        texts: &outcome.texts,
        provenance: &Default::default(),
    };
    let renderer = Format::Json.renderer(&options);
    renderer.render(&outcome.lazy_report, &outcome.excerpts, &mut io::sink())?;
    stages.begin(OTHER);
    Ok(())
}

/// The architecture, and the vector instructions that the code chooses among.
fn processor() -> String {
    #[cfg(target_arch = "x86_64")]
    let vectors = [
        ("avx2", is_x86_feature_detected!("avx2")),
        ("avx512f", is_x86_feature_detected!("avx512f")),
    ];
    #[cfg(not(target_arch = "x86_64"))]
    let vectors: [(&str, bool); 0] = [];
    let vectors = vectors.iter().filter(|(_, is_there)| *is_there);
    let names = [std::env::consts::ARCH]
        .into_iter()
        .chain(vectors.map(|(name, _)| *name));
    names.collect::<Vec<_>>().join(" ")
}

/// The stages that have begun, in order.
#[derive(Default)]
struct Stages(Mutex<Vec<&'static str>>);

impl Stages {
    fn begin(&self, name: &'static str) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(name);
        begins(name);
    }

    fn names(&self) -> Vec<&'static str> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Progress for Stages {
    fn stage(&self, stage: Stage, _: Option<u64>) {
        match stage {
            // Too little for a percentage.
            Stage::Walk => self.begin(OTHER),
            _ => self.begin(stage.name()),
        }
    }

    fn advance(&self, _: u64, _: u64) {}
}

/// Callgrind ends a profile and begins the next one where this function is called.
#[inline(never)]
fn begins(name: &str) {
    black_box(name);
}
