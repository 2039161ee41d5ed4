//! How much memory a run may take, and takes.

use std::fs;

/// A quarter of the machine's memory, or of what its container is given; none where the system does not
/// say.
pub(crate) fn quarter() -> Option<u64> {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let machine = stated(&read("/proc/meminfo"), "MemTotal:");
    let container = read("/sys/fs/cgroup/memory.max").trim().parse().ok();
    machine
        .into_iter()
        .chain(container)
        .min()
        .map(|bytes| bytes / 4)
}

/// Bytes that this process has held at most so far; none where the system does not say.
pub(crate) fn peak() -> Option<u64> {
    stated(&fs::read_to_string("/proc/self/status").ok()?, "VmHWM:")
}

/// Bytes by a line such as `MemTotal:       24637920 kB`.
fn stated(list: &str, name: &str) -> Option<u64> {
    let line = list.lines().find_map(|l| l.strip_prefix(name))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_own_words_are_read() {
        let meminfo = "MemTotal:       24637920 kB\nMemFree:        11 kB\n";
        assert_eq!(stated(meminfo, "MemTotal:"), Some(24_637_920 * 1024));
        assert_eq!(stated("MemTotal: much\n", "MemTotal:"), None);
        assert_eq!(stated("", "MemTotal:"), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_peak_is_at_least_what_is_held() {
        let held = vec![1u8; 64 << 20];
        assert!(peak().unwrap() >= std::hint::black_box(&held).len() as u64);
    }
}
