//! The page size with which the system gives memory to this process.

/// Takes memory in small pages, even on systems that give huge pages to all programs. Clearing a huge page and making
/// room for it takes longer than everything else that a short command does with its few megabytes.
#[cfg(target_os = "linux")]
pub fn small_pages() {
    // if the system refuses, memory still works
    rustix::thread::disable_transparent_huge_pages(true).ok();
}

/// Other systems are left as they are.
#[cfg(not(target_os = "linux"))]
pub fn small_pages() {}
