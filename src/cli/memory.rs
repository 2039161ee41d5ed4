//! Memory of the machine and of this process.

use std::fs;
use sysinfo::{MemoryRefreshKind, RefreshKind, System};

/// Default memory budget in bytes: a quarter of the machine's memory, or of the container's limit if that
/// is lower. `None` if the system reports neither.
pub(crate) fn default_budget() -> Option<u64> {
    let ram = MemoryRefreshKind::nothing().with_ram();
    let system = System::new_with_specifics(RefreshKind::nothing().with_memory(ram));
    // `sysinfo` returns 0 for an unknown size, for example if the process may open no more files. It then panics
    // if it is asked for the limit of the container.
    let machine = Some(system.total_memory()).filter(|bytes| *bytes > 0)?;
    let container = system.cgroup_limits().map(|limits| limits.total_memory);
    let container = container.filter(|bytes| *bytes > 0);
    let lowest = container.map_or(machine, |limit| limit.min(machine));
    Some(lowest / 4)
}

/// Peak memory of this process in bytes. `None` except on Linux.
///
/// `sysinfo` reports only the current memory, so this reads `/proc`.
pub(crate) fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = peak.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_budget_is_a_quarter_of_the_memory_at_most() {
        let system = System::new_with_specifics(
            RefreshKind::nothing().with_memory(MemoryRefreshKind::everything()),
        );
        let budget = default_budget().unwrap();
        assert!(budget > 0 && budget <= system.total_memory() / 4);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn peak_is_at_least_what_is_allocated() {
        let allocated = vec![1u8; 64 << 20];
        assert!(peak().unwrap() >= std::hint::black_box(&allocated).len() as u64);
    }
}
