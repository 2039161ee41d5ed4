//! How much memory a run may take.

use std::fs;

/// A quarter of the machine's memory, or of what its container is given; none where the system does not
/// say.
pub(crate) fn quarter() -> Option<u64> {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let machine = total(&read("/proc/meminfo"));
    let container = read("/sys/fs/cgroup/memory.max").trim().parse().ok();
    machine
        .into_iter()
        .chain(container)
        .min()
        .map(|bytes| bytes / 4)
}

/// Bytes by `MemTotal:       24637920 kB`.
fn total(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|l| l.strip_prefix("MemTotal:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_own_words_are_read() {
        let meminfo = "MemTotal:       24637920 kB\nMemFree:        11 kB\n";
        assert_eq!(total(meminfo), Some(24_637_920 * 1024));
        assert_eq!(total("MemTotal: much\n"), None);
        assert_eq!(total(""), None);
    }
}
