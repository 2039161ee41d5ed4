//! Memory of the machine and of this process.

use std::fs;
use std::path::Path;
use sysinfo::{MemoryRefreshKind, RefreshKind, System};

/// Default memory budget in bytes: a quarter of the machine's memory, or of the container's limit if that
/// is lower. `None` if the system reports neither.
pub(crate) fn default_budget() -> Option<u64> {
    let ram = MemoryRefreshKind::nothing().with_ram();
    let system = System::new_with_specifics(RefreshKind::nothing().with_memory(ram));
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let container = lowest_limit(&groups, |file| fs::read_to_string(file).ok());
    // `sysinfo` returns 0 for an unknown size.
    let known = [Some(system.total_memory()), container]
        .into_iter()
        .flatten();
    let lowest = known.filter(|bytes| *bytes > 0).min()?;
    Some(lowest / 4)
}

/// The lowest memory limit of the control groups of a process, in bytes: those in `groups`, the content of
/// `/proc/PID/cgroup`, and all groups above them. Reads limits of version 1 and of version 2.
///
/// In a container, the path of a group may be that of the host. The container then sees its own group as the root.
fn lowest_limit(groups: &str, read: impl Fn(&Path) -> Option<String>) -> Option<u64> {
    let limits = groups.lines().flat_map(|line| {
        let mut fields = line.splitn(3, ':').skip(1);
        let (root, file) = match fields.next() {
            Some("") => ("/sys/fs/cgroup", "memory.max"),
            Some(controllers) if controllers.split(',').any(|name| name == "memory") => {
                ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
            }
            _ => return vec![],
        };
        let path = Path::new(fields.next().unwrap_or_default());
        let limit = |group: &Path| {
            let group = group.strip_prefix("/").ok()?;
            let limit = read(&Path::new(root).join(group).join(file))?;
            // A group without a limit has the word `max`, or a huge number in version 1.
            limit.trim().parse::<u64>().ok()
        };
        path.ancestors().filter_map(limit).collect::<Vec<u64>>()
    });
    limits.min()
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
    fn the_lowest_limit_of_all_groups_above_a_process_counts() {
        let limit = |groups: &str, files: &[(&str, &str)]| {
            lowest_limit(groups, |file| {
                let found = files.iter().find(|(name, _)| Path::new(name) == file);
                found.map(|(_, limit)| format!("{limit}\n"))
            })
        };
        let version_1 = "5:cpu,cpuacct:/a/b\n4:hugetlb,memory:/a/b\n1:name=systemd:/\n";
        let (group, above, root) = (
            "/sys/fs/cgroup/memory/a/b/memory.limit_in_bytes",
            "/sys/fs/cgroup/memory/a/memory.limit_in_bytes",
            "/sys/fs/cgroup/memory/memory.limit_in_bytes",
        );
        let unlimited = "9223372036854771712";
        assert_eq!(limit(version_1, &[(group, "500")]), Some(500));
        assert_eq!(
            limit(
                version_1,
                &[(group, unlimited), (above, "400"), (root, unlimited)]
            ),
            Some(400)
        );
        assert_eq!(limit(version_1, &[(root, "300")]), Some(300));
        let version_2 = "0::/user.slice/shell\n";
        let (group, root) = (
            "/sys/fs/cgroup/user.slice/shell/memory.max",
            "/sys/fs/cgroup/memory.max",
        );
        assert_eq!(
            limit(version_2, &[(group, "max"), (root, "200")]),
            Some(200)
        );
        assert_eq!(limit(version_2, &[(group, "max")]), None);
        assert_eq!(limit("", &[(root, "200")]), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn peak_is_at_least_what_is_allocated() {
        let allocated = vec![1u8; 64 << 20];
        assert!(peak().unwrap() >= std::hint::black_box(&allocated).len() as u64);
    }
}
