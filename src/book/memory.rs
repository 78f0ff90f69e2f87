//! In which pages the system gives memory to this process.

/// Takes memory in small pages, also where the system gives huge ones to programs that do not ask: to clear one, and to make room for
/// it, takes a short command longer than all that it does with the few megabytes that it needs.
#[cfg(target_os = "linux")]
pub fn small_pages() {
    // memory comes all the same where the system refuses
    rustix::thread::disable_transparent_huge_pages(true).ok();
}

/// Other systems hand out what they do.
#[cfg(not(target_os = "linux"))]
pub fn small_pages() {}
